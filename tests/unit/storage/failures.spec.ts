import { expect, test } from '@playwright/test';
import { localFailure } from '../../../main/storage/localErrors.ts';
import { s3Failure } from '../../../main/storage/s3Errors.ts';

const system = (code: string) => Object.assign(new Error(`${code}: as the test wants it`), { code });

const answered = (status: number, name: string, message = '') =>
  Object.assign(new Error(message), { name, Code: name, $metadata: { httpStatusCode: status, requestId: 'id' } });

const describe = (error: Error & { code?: string; $metadata?: { httpStatusCode: number } }) =>
  `${error.$metadata?.httpStatusCode ?? ''} ${error.code ?? error.name}`.trim();

test.describe('an error of the file system becomes a failure that says what to do', () => {
  for (const [error, code] of [
    ['ENOSPC', 'STORE_FULL'],
    ['EDQUOT', 'STORE_FULL'],
    ['EROFS', 'STORE_READ_ONLY'],
    ['EACCES', 'STORE_ACCESS_DENIED'],
    ['EPERM', 'STORE_ACCESS_DENIED'],
    ['ESTALE', 'STORE_UNREACHABLE'],
    ['EFBIG', 'STORE_FAILED'],
    ['EIO', 'STORE_FAILED'],
  ] as const)
    test(`${error} is ${code}`, () => {
      const failure = localFailure('my-disk', '/mnt/usb', 'writing a', system(error));
      expect(failure).toMatchObject({ code, details: { store: 'my-disk', system: error } });
      expect(failure.message).toContain('"my-disk"');
      expect(failure.hint).toMatch(/^[A-Z].*\.$/);
    });
});

test.describe('an error of S3 becomes a failure that says whether to try again', () => {
  for (const [error, code, transient] of [
    [system('ECONNRESET'), 'STORE_UNREACHABLE', true],
    [system('ENOTFOUND'), 'STORE_UNREACHABLE', true],
    [system('EAI_AGAIN'), 'STORE_UNREACHABLE', true],
    [Object.assign(new Error('no answer'), { name: 'TimeoutError' }), 'STORE_UNREACHABLE', true],
    [system('DEPTH_ZERO_SELF_SIGNED_CERT'), 'STORE_UNREACHABLE', false],
    [system('ERR_TLS_CERT_ALTNAME_INVALID'), 'STORE_UNREACHABLE', false],
    [answered(503, 'SlowDown'), 'STORE_UNREACHABLE', true],
    [answered(429, 'TooManyRequests'), 'STORE_UNREACHABLE', true],
    [answered(400, 'RequestTimeout'), 'STORE_UNREACHABLE', true],
    [answered(500, 'InternalError'), 'STORE_FAILED', true],
    [answered(200, 'InternalError'), 'STORE_FAILED', true],
    [answered(400, 'BadDigest'), 'STORE_FAILED', true],
    [answered(501, 'NotImplemented'), 'STORE_FAILED', false],
    [answered(400, 'InvalidArgument'), 'STORE_FAILED', false],
    [answered(403, 'AccessDenied'), 'STORE_ACCESS_DENIED', false],
    [answered(403, 'SignatureDoesNotMatch'), 'STORE_ACCESS_DENIED', false],
    [answered(404, 'NoSuchBucket'), 'STORE_BUCKET_MISSING', false],
    [answered(400, 'InvalidRequest', 'the region is wrong; expecting eu-west-1'), 'STORE_WRONG_REGION', false],
    [answered(507, 'InsufficientStorage'), 'STORE_FULL', false],
  ] as const)
    test(`${describe(error)} is ${code} and ${transient ? 'is' : 'is not'} tried again`, () => {
      const failure = s3Failure('my-s3', 'reading a', error);
      expect(failure).toMatchObject({ code, details: { store: 'my-s3', transient } });
      expect(failure.message).toContain('"my-s3"');
      expect(failure.hint).toMatch(/^[A-Z].*\.$/);
    });
});
