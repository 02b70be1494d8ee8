import { newPassphraseSchema, passphrasePath } from '../../shared/contract/passphrase.ts';

/** Why the passphrase is asked for; the console puts it behind the # of the address. */
const occasion = window.location.hash.slice(1);
const choosing = occasion === 'choose';

const form = part<HTMLFormElement>('form');
const passphrase = part<HTMLInputElement>('passphrase');
const again = part<HTMLInputElement>('again');
const give = part<HTMLButtonElement>('give');

part('title').textContent = choosing ? 'Choose a passphrase' : 'Strongroom is locked';
part('explanation').textContent = choosing
  ? 'This desktop has no keychain that could keep the key of your backups. A passphrase protects it instead, and is asked for at each start. Nobody can tell it to you if you forget it: then you need the recovery kit.'
  : 'The key of your backups on this machine is protected by a passphrase.';
part('repetition').hidden = !choosing;
give.textContent = choosing ? 'Use it' : 'Unlock';
if (occasion === 'wrong') complain('This is not the passphrase.', passphrase);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const problem = problemOf();
  if (problem) complain(...problem);
  else void send(passphrase.value);
});
part('cancel').addEventListener('click', () => void send(null));
window.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') void send(null);
});

function problemOf(): [string, HTMLInputElement] | null {
  if (passphrase.value === '') return ['Type the passphrase.', passphrase];
  if (!choosing) return null;
  const checked = newPassphraseSchema.safeParse(passphrase.value);
  if (!checked.success) return [`${checked.error.issues[0]?.message ?? ''}.`, passphrase];
  return again.value === passphrase.value ? null : ['The two are not the same.', again];
}

function complain(sentence: string, field: HTMLInputElement): void {
  part('problem').textContent = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  for (const input of [passphrase, again]) input.ariaInvalid = String(input === field);
  field.focus();
}

/** The answer closes the window. Opening takes a second or two. */
async function send(typed: string | null): Promise<void> {
  give.disabled = true;
  const answer = await fetch(passphrasePath, { method: 'POST', body: JSON.stringify({ passphrase: typed }) });
  if (answer.ok) return;
  give.disabled = false;
  complain('Strongroom did not take this. Close the window and start it again.', passphrase);
}

function part<Element extends HTMLElement>(id: string): Element {
  return document.getElementById(id) as Element;
}
