/**
 * Constructor ids of the little TL that a file client speaks.
 * Service messages: https://core.telegram.org/mtproto/service_messages and …/service_messages_about_messages;
 * requests: https://core.telegram.org/schema (layer 198).
 */
export const LAYER = 198;

export const MSG_CONTAINER = 0x73f1f8dc;
export const GZIP_PACKED = 0x3072cfa1;
export const RPC_RESULT = 0xf35c6d01;
export const RPC_ERROR = 0x2144ca19;
export const MSGS_ACK = 0x62d6b459;
export const BAD_MSG_NOTIFICATION = 0xa7eff811;
export const BAD_SERVER_SALT = 0xedab447b;
export const NEW_SESSION_CREATED = 0x9ec20908;
export const PONG = 0x347773c5;
export const PING_DELAY_DISCONNECT = 0xf3427b8c;
export const MSG_DETAILED_INFO = 0x276d3ec6;
export const MSG_NEW_DETAILED_INFO = 0x809db6df;
export const MSG_RESEND_REQ = 0x7d861a08;
export const MSGS_STATE_REQ = 0xda69fb52;
export const MSGS_STATE_INFO = 0x04deb57d;
export const VECTOR = 0x1cb5c415;

export const INVOKE_WITH_LAYER = 0xda9b0d0d;
export const INIT_CONNECTION = 0xc1cd5ea9;
export const UPLOAD_GET_FILE = 0xbe5335be;
export const UPLOAD_GET_FILE_HASHES = 0x9156982a;
export const INPUT_DOCUMENT_FILE_LOCATION = 0xbad07584;

export const UPLOAD_FILE = 0x096a18d5;
export const UPLOAD_FILE_CDN_REDIRECT = 0xf18cda44;
export const FILE_HASH = 0xf39b035c;
