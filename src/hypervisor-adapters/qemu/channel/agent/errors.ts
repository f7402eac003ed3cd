import { WindlassError } from '../../../../errors.js';

/**
 * The codes of a guest's agent. `retryable` says whether the same request can succeed later with nothing changed by the user.
 *
 * | code | when | retryable |
 * |---|---|---|
 * | AGENT_ABSENT | the domain was started without a port for an agent | no |
 * | AGENT_SILENT | nobody answered in time: there is no agent, or not yet, or it is hindered, or it talks to somebody else | yes |
 * | AGENT_LOST | the connection ended before the answer | yes |
 * | AGENT_REFUSED | the agent will not do it | no |
 * | AGENT_PROTOCOL | the guest floods its port with what is no answer | no |
 */
export type AgentErrorCode = 'AGENT_ABSENT' | 'AGENT_SILENT' | 'AGENT_LOST' | 'AGENT_REFUSED' | 'AGENT_PROTOCOL';

const retryable: ReadonlySet<AgentErrorCode> = new Set(['AGENT_SILENT', 'AGENT_LOST']);

export function agentError(code: AgentErrorCode, message: string, cause?: unknown): WindlassError {
  return new WindlassError(code, message, { retryable: retryable.has(code), ...(cause === undefined ? {} : { cause }) });
}

/** Is it this failure of an agent? */
export function isAgentError(thrown: unknown, code: AgentErrorCode): thrown is WindlassError {
  return thrown instanceof WindlassError && thrown.code === code;
}
