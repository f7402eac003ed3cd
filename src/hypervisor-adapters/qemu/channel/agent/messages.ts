/** One line of an agent, understood. The guest wrote it: it is believed no further than its shape. */
export type AgentMessage =
  | { readonly type: 'answer'; readonly value: unknown }
  /** `reason`: at most 200 printable characters. */
  | { readonly type: 'refusal'; readonly reason: string }
  /** Not a message of the protocol, or longer than the bound. */
  | { readonly type: 'malformed' };

/** Characters of the guest's own words in a message of ours. */
const longestReason = 200;

/** Understands one line. Never throws. Source: QEMU's qga/qapi-schema.json and docs/interop/qmp-spec, whose answers it shares. */
export function understand(line: string): AgentMessage {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return { type: 'malformed' };
  }
  if (typeof said !== 'object' || said === null) return { type: 'malformed' };
  if ('return' in said) return { type: 'answer', value: said.return };
  if ('error' in said) return { type: 'refusal', reason: reasonIn(said.error) };
  return { type: 'malformed' };
}

function reasonIn(error: unknown): string {
  const told = typeof error === 'object' && error !== null && 'desc' in error ? error.desc : undefined;
  const text = typeof told === 'string' ? told.slice(0, longestReason).replaceAll(/\p{C}/gu, '?').trim() : '';
  return text === '' ? 'it did not say why' : text;
}
