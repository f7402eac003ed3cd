/** Where a secret is: a file that holds it, or a variable of the engine's environment. */
export type SecretPlace = { readonly file: string } | { readonly env: string };

export interface SecretPort {
  /**
   * The secret itself, without the line break at its end. Whoever asks uses it at once, and keeps it nowhere. Rejects with SECRET_ABSENT, or
   * SECRET_REFUSED for one that is empty, longer than 4096 characters or of more than one line; no message has anything of it.
   */
  read(place: SecretPlace): Promise<string>;
}
