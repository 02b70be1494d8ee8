import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { checkFernet, openFernet, parseFernetKey } from '../../../main/sealing/fernet.ts';

const secret = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const key = parseFernetKey(secret);

async function* pieces(token: string, size = 7): AsyncGenerator<Buffer> {
  for (let at = 0; at < token.length; at += size) yield Buffer.from(token.slice(at, at + size));
}

async function open(token: string, size?: number): Promise<{ madeAt: Date; plain: string }> {
  const { madeAt } = await checkFernet(pieces(token, size), key);
  const plain: Buffer[] = [];
  for await (const piece of openFernet(pieces(token, size), key)) plain.push(piece);
  return { madeAt, plain: Buffer.concat(plain).toString() };
}

// generate.json and verify.json of github.com/fernet/spec.
const published =
  'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';

for (const size of [1, 7, 16, 100, 1000])
  test(`the published token is opened, in pieces of ${size}`, async () => {
    const madeAt = new Date('1985-10-26T01:20:00-07:00');
    expect(await open(published, size)).toEqual({ madeAt, plain: 'hello' });
    expect(await open(`${published}\n`, size)).toEqual({ madeAt, plain: 'hello' });
  });

// invalid.json of github.com/fernet/spec.
const invalid = {
  'incorrect mac':
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==',
  'too short': 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==',
  'invalid base64':
    '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
  'payload size not multiple of block size':
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm',
  'payload padding error':
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==',
  'incorrect IV (causes padding error)':
    'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==',
};
for (const [name, token] of Object.entries(invalid))
  test(`the published invalid token is refused: ${name}`, async () => {
    await expect(open(token)).rejects.toMatchObject({
      code: name === 'incorrect mac' ? 'IMPORT_KEY_WRONG' : 'IMPORT_UNREADABLE',
    });
  });

// The two of invalid.json (of nothing) that only their time makes invalid: a backup is worth opening however old it is.
const untimely = {
  'far-future TS':
    'gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==',
  'expired TTL': 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
};
for (const [name, token] of Object.entries(untimely))
  test(`a token is opened whatever its time is: ${name}`, async () => {
    expect((await open(token)).plain).toBe('');
  });

function tokenOf(plain: Buffer, secretKey = secret): string {
  const { signing, encryption } = parseFernetKey(secretKey);
  const head = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), randomBytes(16)]);
  const cipher = createCipheriv('aes-128-cbc', encryption, head.subarray(9));
  const body = Buffer.concat([head, cipher.update(plain), cipher.final()]);
  const token = Buffer.concat([body, createHmac('sha256', signing).update(body).digest()]).toString('base64url');
  return token.padEnd(Math.ceil(token.length / 4) * 4, '=');
}

test('a wrong key is told from a damaged file', async () => {
  const token = tokenOf(gzipSync('a backup of the old system'));
  const other = parseFernetKey(`${randomBytes(32).toString('base64url')}=`);
  await expect(checkFernet(pieces(token), other)).rejects.toMatchObject({ code: 'IMPORT_KEY_WRONG' });
  const at = token.length - 60;
  const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
  await expect(checkFernet(pieces(changed), key)).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE' });
  await expect(checkFernet(pieces(token.slice(0, -24)), key)).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE' });
});

test('a token that changes between the check and the opening is not taken for good', async () => {
  const token = tokenOf(randomBytes(300));
  const changed = token.slice(0, 60) + (token[60] === 'A' ? 'B' : 'A') + token.slice(61);
  const read = async () => {
    for await (const _ of openFernet(pieces(changed), key));
  };
  await expect(read()).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE' });
});

for (const text of ['', 'short', 'x'.repeat(44), `${secret}${secret}`, secret.replace('_', '/')])
  test(`"${text.slice(0, 20)}" is no Fernet key`, () => {
    expect(() => parseFernetKey(text)).toThrow('this is not a Fernet key');
  });
test('a key may have lost its padding and got a line feed', () => {
  expect(parseFernetKey(`${secret.slice(0, -1)}\n`)).toEqual(key);
});
