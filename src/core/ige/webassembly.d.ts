/** The little of the WebAssembly JavaScript API that is used here; Node's types do not carry it. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>);
    readonly exports: Readonly<Record<string, (...parameters: number[]) => void>>;
  }
  function validate(bytes: Uint8Array): boolean;
}
