/** Everything needed to start an anchor; data only. */
export interface AnchorRecipe {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** An argument that only this domain's anchor carries, to find one whose launch was interrupted. */
  readonly marker: string;
  /** Files to write before the launch, inside the state directory. */
  readonly files: readonly RecipeFile[];
  /** Files to copy once, if absent (firmware variables). */
  readonly copies: readonly { readonly from: string; readonly to: string; readonly mode: number }[];
  /** Paths that must exist before the launch, with the field that names them. */
  readonly requires: readonly { readonly path: string; readonly field: string; readonly writable: boolean }[];
  /** Leftovers of an earlier anchor that would mislead: sockets, pid file. Removed before the launch and after the end. */
  readonly transient: readonly string[];
  readonly user?: string | number;
}

export interface RecipeFile {
  readonly path: string;
  readonly content: string;
  /** Of the content, where that is not the text of the file itself. */
  readonly encoding?: 'base64';
  readonly mode: number;
}
