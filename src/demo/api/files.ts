import { createHash } from 'node:crypto';
import type { CatalogueDocument } from '../catalogue/catalogue.js';
import { RpcError } from '../mtproto/rpc.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable } from './call.js';
import { checkPart, type FileRequest, fileAnswer, MAX_PART, parseGetFile } from './file_requests.js';
import { bytes, child, long, type TlObject } from './tl/value.js';

/** upload.getFileHashes hashes pieces of this size (https://core.telegram.org/api/files#verifying-file-chunks). */
const HASHED_PIECE = 128 * 1024;

type Located = Pick<FileRequest, 'documentId' | 'accessHash' | 'reference'>;

/**
 * The document, when it may be read here and now.
 * @throws RpcError FILE_ID_INVALID, FILE_MIGRATE_n, FILE_REFERENCE_EMPTY, _INVALID, _EXPIRED
 */
function locate(call: Call, { documentId, accessHash, reference }: Located): CatalogueDocument {
  const { catalogue, files, faults } = call.world;
  const document = catalogue.document(documentId);
  if (document?.accessHash !== accessHash) throw badRequest('FILE_ID_INVALID');
  if (files.dcOf(document) === call.context.dcId && files.mayMove(document) && faults.strikes('migrate')) {
    const elsewhere = call.world.dataCentres().find(({ id }) => id !== call.context.dcId);
    if (elsewhere) files.move(document, elsewhere.id);
  }
  const home = files.dcOf(document);
  if (home !== call.context.dcId) throw new RpcError(303, `FILE_MIGRATE_${home}`);
  if (faults.strikes('file-reference')) files.references.expire(documentId);
  const verdict = files.references.check(documentId, reference);
  if (verdict !== 'good') throw badRequest(`FILE_REFERENCE_${verdict.toUpperCase()}`);
  return document;
}

/** https://core.telegram.org/method/upload.getFile */
export function getFile(call: Call, body: Buffer): Buffer {
  currentUser(call);
  const request = parseGetFile(body);
  checkPart(request);
  const document = locate(call, request);
  if (request.thumbSize !== '') return thumbPart(document, request);
  const whole = Math.max(Math.min(request.limit, document.size - request.offset), 0);
  const length = call.world.faults.strikes('truncate') ? Math.floor(whole / 2) : whole;
  return fileAnswer('unknown', document.date, length, (target, at) => {
    if (length > 0) document.read(request.offset, length, target, at);
  });
}

function thumbPart(document: CatalogueDocument, { thumbSize, offset, limit }: FileRequest): Buffer {
  if (document.thumb?.type !== thumbSize) throw badRequest('LOCATION_INVALID');
  const part = document.readThumb().subarray(offset, offset + limit);
  return fileAnswer('jpeg', document.date, part.length, (target, at) => {
    part.copy(target, at);
  });
}

/** https://core.telegram.org/method/upload.getFileHashes: those of the megabyte that begins at the offset. */
const getFileHashes: Handler = (call, request) => {
  const location = child(request, 'location');
  if (location._ !== 'inputDocumentFileLocation') throw badRequest('LOCATION_INVALID');
  const document = locate(call, {
    documentId: long(location, 'id'),
    accessHash: long(location, 'access_hash'),
    reference: bytes(location, 'file_reference'),
  });
  const offset = Number(long(request, 'offset'));
  if (offset < 0 || offset % HASHED_PIECE !== 0) throw badRequest('OFFSET_INVALID');
  const hashes: TlObject[] = [];
  const end = Math.min(offset + MAX_PART, document.size);
  for (let at = offset; at < end; at += HASHED_PIECE) {
    const piece = Buffer.alloc(Math.min(HASHED_PIECE, document.size - at));
    document.read(at, piece.length, piece);
    const hash = createHash('sha256').update(piece).digest();
    hashes.push({ _: 'fileHash', offset: at, limit: piece.length, hash });
  }
  return hashes;
};

/** There are no CDN data centres here, so nobody can hold a token for one. */
const noCdn: Handler = () => {
  throw badRequest('FILE_TOKEN_INVALID');
};

export const fileMethods: MethodTable = {
  'upload.getFileHashes': getFileHashes,
  'upload.getCdnFile': noCdn,
  'upload.getCdnFileHashes': noCdn,
  'upload.reuploadCdnFile': noCdn,
};
