import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type GetObjectCommandOutput,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { Failure } from '../../shared/failure.ts';
import { isNotFound, s3Failure } from './s3Errors.ts';
import { digestPart, streamPart, type Digests, type SourceFile } from './sourceFile.ts';
import { checkEndpoint, signingRegion, usesPathStyle, type S3Settings } from './storePresets.ts';

/** Milliseconds. */
export interface S3Timeouts {
  connectMs: number;
  /** Without a single byte in either direction. */
  idleMs: number;
  /** From the start of a request to the head of its answer, when it has no body; a body gets more, see `slowestUplink`. */
  answerMs: number;
}

export const patientTimeouts: S3Timeouts = { connectMs: 10_000, idleMs: 60_000, answerMs: 120_000 };

/** Bytes per second; a slower uplink could not carry backups anyway. */
const slowestUplink = 32 * 1024;

interface RequestOptions {
  abortSignal: AbortSignal | undefined;
  requestTimeout: number;
}

/** A body that is ready to be sent: its hashes are known, so it needs no checksum trailer. */
export interface HashedBody extends Digests {
  body: Uint8Array | Readable;
  sizeBytes: number;
}

/**
 * One bucket, the settings of its client, and the requests that both whole objects and multipart uploads need.
 * Keys are those of the storage contract; the store's own prefix is added here. Nothing is retried here.
 */
export class S3Bucket {
  readonly store: string;
  readonly name: string;
  readonly client: S3Client;
  private readonly prefix: string;
  private readonly timeouts: S3Timeouts;

  /** @throws Failure USAGE when the endpoint is no web address. */
  constructor(store: string, settings: S3Settings, secret: string, timeouts: S3Timeouts) {
    checkEndpoint(store, settings.endpoint);
    this.store = store;
    this.name = settings.bucket;
    this.timeouts = timeouts;
    const prefix = settings.prefix.replace(/^\/+|\/+$/g, '');
    this.prefix = prefix && `${prefix}/`;
    this.client = new S3Client({
      endpoint: settings.endpoint,
      region: signingRegion(settings),
      forcePathStyle: usesPathStyle(settings.endpoint),
      credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: secret },
      // RetryingStore does it, with resuming.
      maxAttempts: 1,
      // Not every server takes the SDK's default, a CRC32 trailer in a chunked body; Ceph answers 411.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // Waiting for "100 Continue" costs a connection per request, and a server that never sends it a whole timeout.
      expectContinueHeader: false,
      requestHandler: {
        connectionTimeout: timeouts.connectMs,
        socketTimeout: timeouts.idleMs,
        throwOnRequestTimeout: true,
      },
    });
  }

  fullKey(key: string): string {
    return this.prefix + key;
  }

  /** The contract's key of a full one, or null for what is not below our prefix. */
  ownKey(fullKey: string): string | null {
    return fullKey.startsWith(this.prefix) ? fullKey.slice(this.prefix.length) : null;
  }

  /**
   * Does one request and explains its failure.
   * @throws Failure STORE_…, with `details.transient`; the signal's reason when cancelled.
   */
  async ask<T>(
    doing: string,
    signal: AbortSignal | undefined,
    request: (options: RequestOptions) => Promise<T>,
    bodyBytes = 0,
  ): Promise<T> {
    signal?.throwIfAborted();
    const requestTimeout = this.timeouts.answerMs + (bodyBytes / slowestUplink) * 1000;
    try {
      return await request({ abortSignal: signal, requestTimeout });
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Failure(this.store, doing, error);
    }
  }

  /** Null when the object is missing. A missing bucket is a failure, though HEAD answers 404 to both. */
  async head(key: string, signal?: AbortSignal): Promise<HeadObjectCommandOutput | null> {
    const found = await this.ask(`looking for ${key}`, signal, async (options) => {
      try {
        return await this.client.send(new HeadObjectCommand({ Bucket: this.name, Key: this.fullKey(key) }), options);
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    });
    if (!found) {
      const probe = { Bucket: this.name, Prefix: this.fullKey(key), MaxKeys: 1 };
      await this.ask(`looking for ${key}`, signal, (options) =>
        this.client.send(new ListObjectsV2Command(probe), options),
      );
    }
    return found;
  }

  /** The whole object, or from an offset above zero. Null when it is missing; the body has not been read yet. */
  async open(key: string, offset: number, signal?: AbortSignal): Promise<GetObjectCommandOutput | null> {
    const range = offset > 0 ? `bytes=${offset}-` : undefined;
    return this.ask(`reading ${key}`, signal, async (options) => {
      try {
        return await this.client.send(
          new GetObjectCommand({ Bucket: this.name, Key: this.fullKey(key), Range: range }),
          options,
        );
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    });
  }

  async put(key: string, hashed: HashedBody, signal?: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.name,
      Key: this.fullKey(key),
      Body: hashed.body,
      ContentLength: hashed.sizeBytes,
      ContentMD5: hashed.md5Base64,
    });
    command.middlewareStack.add((next) => (args) => next(signHash(args, hashed)), hashIsKnown);
    await this.ask(`writing ${key}`, signal, (options) => this.client.send(command, options), hashed.sizeBytes);
  }
}

/** The place for `signHash`: after the headers are there, before they are signed. */
export const hashIsKnown = { step: 'build', name: 'strongroomHashIsKnown' } as const;

/**
 * Gives the signer the SHA-256 that we already have. It would hash a whole part in one go, 12 ms for 16 MiB, and could
 * not sign a stream at all. The server compares it with what arrives, so a damaged body is refused.
 */
export function signHash<Args extends { request: unknown }>(args: Args, { sha256Hex }: Digests): Args {
  const { headers } = args.request as { headers: Record<string, string> };
  headers['x-amz-content-sha256'] = sha256Hex;
  return args;
}

/**
 * Hashes a part of a file and sends it as a stream, so that a part of any size takes a few pieces of memory.
 * The file is read twice, the second time from the page cache.
 * @throws Failure STORE_FAILED when the file cannot be read, or whatever `send` throws.
 */
export async function sendPart<T>(
  source: SourceFile,
  offset: number,
  sizeBytes: number,
  signal: AbortSignal | undefined,
  send: (hashed: HashedBody, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const digests = await digestPart(source, offset, sizeBytes);
  if (sizeBytes === 0)
    return send({ ...digests, body: new Uint8Array(), sizeBytes }, signal ?? new AbortController().signal);
  const stop = new AbortController();
  const body = streamPart(source, offset, sizeBytes);
  body.once('error', (cause) => stop.abort(unreadable(source, cause)));
  try {
    return await send({ ...digests, body, sizeBytes }, AbortSignal.any(signal ? [signal, stop.signal] : [stop.signal]));
  } catch (error) {
    // After an answer that came before the end of the body, the connection would wait for the rest for ever.
    stop.abort(error);
    throw error;
  } finally {
    body.destroy();
  }
}

function unreadable(source: SourceFile, cause: Error): Failure {
  if (cause instanceof Failure) return cause;
  return new Failure(
    'STORE_FAILED',
    `the file to upload cannot be read: ${cause.message}`,
    'Check the disk of the local store.',
    { details: { path: source.path }, cause },
  );
}
