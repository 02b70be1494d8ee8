/** What a state means to a person. Grey is "not known", never green; `neutral` is what somebody has ended on purpose. */
export type Tone = 'good' | 'warning' | 'bad' | 'unknown' | 'working' | 'neutral';
