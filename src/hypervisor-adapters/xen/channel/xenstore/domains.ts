import { checkedDomain } from './paths.js';
import type { Request, Wait } from './request.js';
import { decodeString, encodeStrings, messageTypes, type MessageType } from './wire.js';

/** What a store knows of domains. A domain that has shut down is introduced until it is destroyed: the store cannot tell it from a running one. */
export interface XenstoreDomains {
  /** `/local/domain/<domid>`, whether there is such a domain or not. */
  getDomainPath(domid: number, wait?: Wait): Promise<string>;
  isDomainIntroduced(domid: number, wait?: Wait): Promise<boolean>;
  /**
   * Tells the daemon of a domain with a ring of its own, which fires `@introduceDomain`. A toolstack does this; here it is for labs and tests.
   * `frame`: guest frame number of the ring; `port`: the domain's event channel.
   */
  introduceDomain(domid: number, frame: number, port: number, wait?: Wait): Promise<void>;
  /** Makes the daemon forget a domain, which fires `@releaseDomain`. As `introduceDomain`, no task of an engine. */
  releaseDomain(domid: number, wait?: Wait): Promise<void>;
}

export function createDomains(request: Request): XenstoreDomains {
  const ask = async (type: MessageType, word: string, texts: readonly string[], wait: Wait): Promise<string> =>
    decodeString(await request({ type, payload: encodeStrings(texts), about: `${word} ${texts[0] ?? ''}` }, 0, wait));

  return {
    getDomainPath: async (domid, wait = {}) => await ask(messageTypes.getDomainPath, 'getDomainPath', [checkedDomain(domid)], wait),
    isDomainIntroduced: async (domid, wait = {}) => (await ask(messageTypes.isDomainIntroduced, 'isDomainIntroduced', [checkedDomain(domid)], wait)) === 'T',
    introduceDomain: async (domid, frame, port, wait = {}) => {
      await ask(messageTypes.introduce, 'introduceDomain', [checkedDomain(domid), String(frame), String(port)], wait);
    },
    releaseDomain: async (domid, wait = {}) => {
      await ask(messageTypes.release, 'releaseDomain', [checkedDomain(domid)], wait);
    },
  };
}
