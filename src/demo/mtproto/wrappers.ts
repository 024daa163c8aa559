import { ID } from './constructors.js';
import { unpack } from './gzip.js';
import { TlError, TlReader } from './tl.js';

/** A call without its wrappers: https://core.telegram.org/api/invoking */
export interface Unwrapped {
  /** From invokeWithLayer. */
  readonly layer?: number;
  readonly wantsUpdates: boolean;
  /** Messages whose calls must be over first. */
  readonly after: readonly bigint[];
  /** The request, beginning with its constructor id. */
  readonly body: Buffer;
}

/** More wrappers than any client nests. */
const DEEPEST = 12;

/**
 * Takes the wrappers off without reading the request inside, which may be of any layer.
 * @throws TlError
 */
export function unwrap(body: Buffer): Unwrapped {
  let layer: number | undefined;
  let wantsUpdates = true;
  const after: bigint[] = [];
  let reader = new TlReader(body);
  for (let depth = 0; depth < DEEPEST; depth++) {
    const start = reader.position;
    switch (reader.uint32()) {
      case ID.invokeWithLayer:
        layer = reader.int32();
        break;
      case ID.initConnection:
        skipInitConnection(reader);
        break;
      case ID.invokeWithoutUpdates:
        wantsUpdates = false;
        break;
      case ID.invokeAfterMsg:
        after.push(reader.long());
        break;
      case ID.invokeAfterMsgs:
        after.push(...reader.longs());
        break;
      case ID.invokeWithMessagesRange:
        reader.expect(ID.messageRange);
        reader.raw(8);
        break;
      case ID.gzipPacked:
        reader = new TlReader(unpack(reader.string()));
        break;
      default:
        return {
          wantsUpdates,
          after,
          body: reader.bytes.subarray(start),
          ...(layer !== undefined && { layer }),
        };
    }
  }
  throw new TlError('too many wrappers');
}

/** https://core.telegram.org/method/initConnection, up to its query. */
function skipInitConnection(reader: TlReader): void {
  const flags = reader.uint32();
  reader.int32();
  for (let i = 0; i < 6; i++) reader.string();
  if (flags & 1) {
    reader.expect(ID.inputClientProxy);
    reader.string();
    reader.int32();
  }
  if (flags & 2) skipJson(reader, 0);
}

/** https://core.telegram.org/type/JSONValue */
function skipJson(reader: TlReader, depth: number): void {
  if (depth > DEEPEST) throw new TlError('JSON nested too deeply');
  switch (reader.uint32()) {
    case ID.jsonNull:
      return;
    case ID.jsonBool:
      reader.raw(4);
      return;
    case ID.jsonNumber:
      reader.raw(8);
      return;
    case ID.jsonString:
      reader.string();
      return;
    case ID.jsonArray:
      skipVector(reader, () => skipJson(reader, depth + 1));
      return;
    case ID.jsonObject:
      skipVector(reader, () => {
        reader.expect(ID.jsonObjectValue);
        reader.string();
        skipJson(reader, depth + 1);
      });
      return;
    default:
      throw new TlError('not a JSON value');
  }
}

function skipVector(reader: TlReader, skipItem: () => void): void {
  reader.expect(ID.vector);
  const count = reader.uint32();
  if (count * 4 > reader.remaining) throw new TlError('vector longer than its message');
  for (let i = 0; i < count; i++) skipItem();
}
