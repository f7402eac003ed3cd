import { understand, type AgentMessage } from './messages.js';

export interface AgentReader {
  /** Takes the next bytes, cut anywhere, and returns the messages that they complete, in order. Never throws. */
  push(chunk: Uint8Array): readonly AgentMessage[];
}

/** Answers to what is asked here have some 30 bytes; a refusal has the guest's own words. A longer line is told as malformed. */
const longestLine = 4096;

const newline = 0x0a;
/** No byte of UTF-8: an agent puts it before its answer to guest-sync-delimited, and what came before it belongs to nobody. */
const sentinel = 0xff;
const decoder = new TextDecoder();

/** Cuts what a guest sends into lines. What is kept is bounded by one line, however much is sent without an end. */
export function createAgentReader(): AgentReader {
  const line = new Uint8Array(longestLine);
  let kept = 0;
  let tooLong = false;

  const begin = (): void => {
    kept = 0;
    tooLong = false;
  };
  const hold = (part: Uint8Array): void => {
    tooLong ||= kept + part.length > longestLine;
    if (tooLong) return;
    line.set(part, kept);
    kept += part.length;
  };
  const read = (): readonly AgentMessage[] => {
    if (tooLong) return [{ type: 'malformed' }];
    const text = decoder.decode(line.subarray(0, kept)).trim();
    return text === '' ? [] : [understand(text)];
  };

  return {
    push: (chunk) => {
      const messages: AgentMessage[] = [];
      let start = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        if (byte !== newline && byte !== sentinel) continue;
        hold(chunk.subarray(start, at));
        if (byte === newline) messages.push(...read());
        begin();
        start = at + 1;
      }
      hold(chunk.subarray(start));
      return messages;
    },
  };
}
