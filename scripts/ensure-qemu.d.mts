export type Installation =
  | { readonly kind: 'run'; readonly manager: string; readonly steps: readonly { readonly argv: readonly string[]; readonly mayFail: boolean }[] }
  | { readonly kind: 'ask'; readonly command: string | undefined; readonly reason: string };

export declare function chooseInstallation(host: {
  readonly available: readonly string[];
  readonly root: boolean;
  readonly sudo: boolean;
}): Installation;

export declare function findOnPath(name: string, path?: string): string | undefined;

export declare function ensureQemu(say?: (line: string) => void): Promise<string>;
