/** `217.4 MB`: base 1000, one decimal; bytes are whole. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= (unit === 0 ? 999.5 : 999.95) && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** `6 min 12 s`, `2 h 5 min`, `0.4 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const counts = new Intl.NumberFormat('en-US');

/** `1,234,567` */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `1 table`, `1,200 tables`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `just now`, `12 min ago`, `3 h ago`, `5 days ago`, from two years on `8 years ago`; for the future `in 12 min`. */
export function formatAge(seconds: number): string {
  const distance = Math.abs(seconds);
  if (distance < 45) return 'just now';
  const words =
    distance < 5400
      ? `${Math.max(1, Math.round(distance / 60))} min`
      : distance < 36 * 3600
        ? `${Math.round(distance / 3600)} h`
        : distance < 730 * 86_400
          ? `${Math.round(distance / 86_400)} days`
          : `${Math.round(distance / 86_400 / 365.25)} years`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

/** `2026-11-22 14:05:09` with the offset of the zone of whoever looks, `+02:00`. */
export function formatMoment(iso: string): string {
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone}`;
}
