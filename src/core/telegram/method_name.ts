/**
 * The call's name as core.telegram.org has it (`upload.getFile`), without invokeWithLayer and its like around it;
 * GramJS says `upload.GetFile`.
 */
export function methodName(request: any): string {
  if (request.query !== undefined) return methodName(request.query);
  return String(request.className).replace(/[A-Z](?=[^.]*$)/, (letter) => letter.toLowerCase());
}
