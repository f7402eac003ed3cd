/** What the host and a lab's machine say to each other over the virtio-serial port: one JSON object a line, bytes in base64. */

export type Request =
  | { readonly id: number; readonly op: 'ping' }
  | {
      readonly id: number;
      readonly op: 'exec';
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      readonly stdin: string;
    }
  /** To the process group of the command that the request with this id started. */
  | { readonly id: number; readonly op: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' }
  /** `append` for all parts of a file but its first. */
  | { readonly id: number; readonly op: 'put'; readonly path: string; readonly mode: number; readonly data: string; readonly append: boolean };

export type Reply =
  | { readonly id: number; readonly event: 'done' }
  | { readonly id: number; readonly event: 'failed'; readonly message: string }
  | { readonly id: number; readonly event: 'stdout' | 'stderr'; readonly data: string }
  | { readonly id: number; readonly event: 'exit'; readonly code: number | null; readonly signal: string | null };
