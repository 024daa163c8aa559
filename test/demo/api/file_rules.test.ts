import { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/index.js';
import { expect, test } from 'vitest';
import { FileReferences } from '../../../src/demo/api/file_reference.js';
import { checkPart, fileAnswer, parseGetFile } from '../../../src/demo/api/file_requests.js';
import { as, long, rpcError } from './bench.js';

const KIB = 1024;
const MIB = 1024 * KIB;

test.each([
  { offset: 0, limit: MIB },
  { offset: MIB, limit: 512 * KIB },
  { offset: 12 * KIB, limit: 4 * KIB },
  { offset: 100 * MIB + 128 * KIB, limit: 128 * KIB },
  { precise: true, offset: 1 * KIB, limit: 3 * KIB },
  { precise: true, offset: 1 * KIB, limit: MIB - KIB },
])('a part that obeys the rules is served: %o', (part) => {
  expect(() => checkPart({ precise: false, ...part })).not.toThrow();
});

test.each([
  [{ offset: 1 * KIB, limit: 4 * KIB }, 'OFFSET_INVALID'],
  [{ offset: -4 * KIB, limit: 4 * KIB }, 'OFFSET_INVALID'],
  [{ precise: true, offset: 512, limit: KIB }, 'OFFSET_INVALID'],
  [{ offset: 0, limit: 0 }, 'LIMIT_INVALID'],
  [{ offset: 0, limit: 2 * MIB }, 'LIMIT_INVALID'],
  [{ offset: 0, limit: 12 * KIB }, 'LIMIT_INVALID'],
  [{ offset: 0, limit: 5000 }, 'LIMIT_INVALID'],
  [{ offset: 768 * KIB, limit: 512 * KIB }, 'LIMIT_INVALID'],
  [{ precise: true, offset: KIB, limit: MIB }, 'LIMIT_INVALID'],
] as const)('a part that breaks the rules is refused: %o', (part, message) => {
  expect(() => checkPart({ precise: false, ...part })).toThrow(rpcError(400, message));
});

test.each([10, 25, 253, 254, 300])(
  'the fixed-layout reader agrees with GramJS, reference of %i bytes',
  (size) => {
    const reference = Buffer.alloc(size, 7);
    const location = new Api.InputDocumentFileLocation({
      id: long(2n ** 62n),
      accessHash: long(-3n),
      fileReference: reference,
      thumbSize: 'm',
    });
    const body = new Api.upload.GetFile({
      location,
      offset: long(5n * 2n ** 32n),
      limit: 4096,
      precise: true,
    }).getBytes();
    expect(parseGetFile(body)).toEqual({
      documentId: 2n ** 62n,
      accessHash: -3n,
      reference,
      thumbSize: 'm',
      precise: true,
      offset: 5 * 2 ** 32,
      limit: 4096,
    });
    expect(() => parseGetFile(body.subarray(0, 40))).toThrow('ends too early');
  },
);

test.each([0, 1, 253, 254, 4096, 524_288])('an answer of %i bytes is an upload.file', (length) => {
  const bytes = Buffer.alloc(length, 9);
  const answer = fileAnswer('jpeg', 1234, length, (target, at) => bytes.copy(target, at));
  const reader = new BinaryReader(answer);
  const file = as(reader.tgReadObject(), Api.upload.File);
  expect(file.type).toBeInstanceOf(Api.storage.FileJpeg);
  expect(file.mtime).toBe(1234);
  expect(file.bytes.equals(bytes)).toBe(true);
  expect(reader.tellPosition()).toBe(answer.length);
});

test('a file reference is good for its document, for its time, until it is revoked', () => {
  let now = 1_000_000;
  const references = new FileReferences(Buffer.from('secret'), 60, () => now);
  const reference = references.issue(5n);
  expect(references.check(5n, reference)).toBe('good');
  expect(references.check(6n, reference)).toBe('invalid');
  expect(references.check(5n, Buffer.alloc(0))).toBe('empty');
  expect(references.check(5n, reference.subarray(1))).toBe('invalid');
  now += 59_999;
  expect(references.check(5n, reference)).toBe('good');
  now += 1;
  expect(references.check(5n, reference)).toBe('expired');

  const fresh = references.issue(5n);
  const other = references.issue(6n);
  references.expire(5n);
  expect(references.check(5n, fresh)).toBe('expired');
  expect(references.check(6n, other)).toBe('good');
  expect(references.check(5n, references.issue(5n))).toBe('good');
});
