import { Failure, type FailureCode } from '../../shared/failure.ts';

/** What an error of the SDK says about itself, in the many ways in which it does. */
interface S3Symptoms {
  /** The code in the server's XML, or the name of the error. */
  code: string;
  /** Of the HTTP answer; null when there was none. */
  status: number | null;
  /** The system's code (`ECONNRESET` …); null when there is none. */
  system: string | null;
  message: string;
  requestId: string | null;
}

interface Diagnosis {
  code: FailureCode;
  sentence: string;
  hint: string;
  transient?: boolean;
}

/**
 * Says that a failure of a multipart request is about an upload id that the store does not know (any more).
 * S3 calls that NoSuchUpload, Ceph calls it NoSuchKey when parts are listed.
 */
export function isUploadGone(error: unknown): boolean {
  return error instanceof Failure && ['NoSuchUpload', 'NoSuchKey'].includes(String(error.details.s3Code));
}

/** HEAD has no body and so no code: only the status tells. */
export function isNotFound(error: unknown): boolean {
  const { code, status } = symptomsOf(error);
  return code === 'NoSuchKey' || code === 'NotFound' || (status === 404 && code === 'UnknownError');
}

export function isInvalidRange(error: unknown): boolean {
  return symptomsOf(error).status === 416;
}

/** The failure for an error of the SDK while `doing` (completes "while …"); `details.transient` says whether to retry. */
export function s3Failure(store: string, doing: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const symptoms = symptomsOf(error);
  const { code, sentence, hint, transient = false } = diagnose(store, doing, symptoms);
  const { code: s3Code, status, system, requestId } = symptoms;
  return new Failure(code, sentence, hint, {
    details: { store, doing, s3Code, status, system, requestId, transient },
    cause: error,
  });
}

function diagnose(store: string, doing: string, symptoms: S3Symptoms): Diagnosis {
  return (
    diagnoseRefusal(store, symptoms) ??
    diagnoseAddress(store, symptoms) ??
    diagnosePassing(store, doing, symptoms) ?? {
      code: 'STORE_FAILED',
      sentence: `the store "${store}" failed while ${doing}: ${symptoms.code} ${symptoms.message}`.trim(),
      hint: 'Look up this code in the documentation of the provider, and test the store again.',
    }
  );
}

/** The server knows who is asking, or claims to, and says no. */
function diagnoseRefusal(store: string, { code, status }: S3Symptoms): Diagnosis | null {
  switch (code) {
    case 'SignatureDoesNotMatch':
      return {
        code: 'STORE_ACCESS_DENIED',
        sentence: `the store "${store}" refused the signature: the secret access key is wrong`,
        hint: 'Enter the secret access key again, without a space at either end.',
      };
    case 'InvalidAccessKeyId':
      return {
        code: 'STORE_ACCESS_DENIED',
        sentence: `the store "${store}" does not know this access key id`,
        hint: 'Check the access key id, and whether the key was revoked or has expired.',
      };
    case 'RequestTimeTooSkewed':
    case 'RequestExpired':
      return {
        code: 'STORE_ACCESS_DENIED',
        sentence: `the store "${store}" refused the request because the clock of this machine is wrong`,
        hint: 'Set the clock of this machine, best by network time.',
      };
    case 'QuotaExceeded':
      return full(store);
  }
  if (status === 507) return full(store);
  // Some providers answer the same to a used-up quota or a spending cap, hence the end of the hint.
  if (status === 401 || status === 403 || code === 'AccessDenied')
    return {
      code: 'STORE_ACCESS_DENIED',
      sentence: `the store "${store}" does not allow this access key to do that`,
      hint: 'Give the key the rights to list, read, write and delete in this bucket, and check the spending caps of the account.',
    };
  return null;
}

function full(store: string): Diagnosis {
  return {
    code: 'STORE_FULL',
    sentence: `the store "${store}" is full: its quota is used up`,
    hint: 'Raise the quota at the provider, or keep fewer backups.',
  };
}

/** The request came to the wrong place. */
function diagnoseAddress(store: string, { code, status, message, system }: S3Symptoms): Diagnosis | null {
  if (code === 'NoSuchBucket')
    return {
      code: 'STORE_BUCKET_MISSING',
      sentence: `the bucket of the store "${store}" does not exist`,
      hint: 'Check the name of the bucket and the account in the endpoint, or create the bucket.',
    };
  const wrongRegion =
    ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'].includes(code) ||
    status === 301 ||
    (status === 400 && /\bregion\b/i.test(message));
  if (wrongRegion)
    return {
      code: 'STORE_WRONG_REGION',
      sentence: `the bucket of the store "${store}" is in another region`,
      hint: 'Set the endpoint and the region that the provider shows for this bucket.',
    };
  // Node's and OpenSSL's codes for a certificate that does not convince.
  if (system && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_(TLS|SSL)/.test(system))
    return {
      code: 'STORE_UNREACHABLE',
      sentence: `the certificate of the store "${store}" is not trusted (${system})`,
      hint: 'Check the endpoint and the clock; behind an inspecting proxy, let this address pass untouched.',
    };
  return null;
}

/** What may be gone the next time. */
function diagnosePassing(store: string, doing: string, symptoms: S3Symptoms): Diagnosis | null {
  const { code, status, system } = symptoms;
  const noAnswer = system !== null || code === 'TimeoutError';
  if (noAnswer)
    return {
      code: 'STORE_UNREACHABLE',
      sentence: `the store "${store}" does not answer (${system ?? 'timeout'})`,
      hint: 'Check the internet connection, the endpoint and the firewall.',
      transient: true,
    };
  const busy = ['SlowDown', 'ServiceUnavailable', 'TooManyRequests', 'RequestTimeout', 'OperationAborted'];
  if ([408, 429, 502, 503, 504].includes(status ?? 0) || busy.includes(code))
    return {
      code: 'STORE_UNREACHABLE',
      sentence: `the store "${store}" is not available now: it answers ${status ?? ''} ${code}`.replace('  ', ' '),
      hint: 'Wait, and look at the status page of the provider.',
      transient: true,
    };
  // The bytes changed on their way; the store has thrown them away.
  const damagedOnTheWay = ['BadDigest', 'XAmzContentSHA256Mismatch', 'IncompleteBody'].includes(code);
  // 501 is an operation that this server does not know. A 2xx with an error is an answer that broke off.
  const theirFault = status !== null && status >= 500 && status !== 501;
  const brokenAnswer = status !== null && status >= 200 && status < 300;
  if (damagedOnTheWay || theirFault || brokenAnswer || code === 'InternalError')
    return {
      code: 'STORE_FAILED',
      sentence: `the store "${store}" failed while ${doing}: it answers ${status ?? ''} ${code}`,
      hint: 'Try again later; when it stays, show the provider the request id from the details.',
      transient: true,
    };
  return null;
}

function symptomsOf(error: unknown): S3Symptoms {
  const fields = new Map(Object.entries(error instanceof Object ? error : {}));
  const name = error instanceof Error ? error.name : 'UnknownError';
  // The SDK's word for an error without a message.
  const message = error instanceof Error ? error.message.replace(/^UnknownError$/, '') : String(error);
  const metadata = fields.get('$metadata') as { httpStatusCode?: number; requestId?: string } | undefined;
  // An answer that is no XML (a proxy's HTML page) fails in the parser; the status is then only here.
  const response = fields.get('$response') as { statusCode?: number } | undefined;
  const status = metadata?.httpStatusCode ?? response?.statusCode ?? null;
  const system = fields.get('code') ?? fields.get('errno');
  const s3Code = fields.get('Code');
  return {
    code: typeof s3Code === 'string' && s3Code !== '' ? s3Code : name,
    status,
    system: status === null && typeof system === 'string' ? system : null,
    message,
    requestId: metadata?.requestId ?? null,
  };
}
