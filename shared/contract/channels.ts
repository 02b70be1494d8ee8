/** The two fixed channels between a window and the console. */
export const requestChannel = 'request';
export const eventChannel = 'event';

/** Where a browser finds the socket that stands for both. */
export const socketPath = '/socket';
