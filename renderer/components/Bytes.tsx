import { formatBytes, formatCount } from '../../shared/format.ts';

/** An amount of data, with every byte on hover. */
export function Bytes({ of }: { of: number }) {
  return <span title={`${formatCount(of)} bytes`}>{formatBytes(of)}</span>;
}
