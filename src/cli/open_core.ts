import { readFileSync } from 'node:fs';
import { type CoreOptions, createCore } from '../core/core.js';
import { TadError } from '../core/errors.js';
import type { Core } from '../core/face.js';
import type { CoreRequest } from './command.js';

/** A server that was named is taken for data centre 2, where test accounts and those of the demo live. */
const HOME_DC = 2;

function serverOf({ server, serverKeyFile }: CoreRequest): Pick<CoreOptions, 'server'> {
  if (server === undefined) return {};
  if (serverKeyFile === undefined) {
    throw new TadError(
      'usage',
      '--server needs --server-key',
      'It is the server’s RSA public key, a PEM file',
    );
  }
  let publicKeyPem: string;
  try {
    publicKeyPem = readFileSync(serverKeyFile, 'utf8');
  } catch (error) {
    throw new TadError('usage', `cannot read the server key ${serverKeyFile}`, undefined, { cause: error });
  }
  return { server: { ...server, dcId: HOME_DC, publicKeyPem } };
}

/** The one place where the command line makes a core. */
export function openCore(request: CoreRequest): Core {
  const {
    home,
    apiId,
    apiHash,
    proxy,
    parallel,
    rateLimit,
    minFree,
    memoryBudget,
    hasScreen = false,
  } = request;
  return createCore({
    apiId,
    apiHash,
    sessionFile: home.sessionFile,
    libraryFile: home.libraryFile,
    outDir: request.outDir,
    parallel,
    minFreeBytes: minFree,
    hasScreen,
    ...serverOf(request),
    ...(proxy === undefined ? {} : { proxy }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(memoryBudget === undefined ? {} : { budgetBytes: memoryBudget }),
  });
}
