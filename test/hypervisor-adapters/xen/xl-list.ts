/** What `xl list -v` prints, of one domain. */
export const uuid = '5b1e9e2c-8d4e-5c2f-9d52-0a5d3a3f1c11';

/** `state` as xl abbreviates it, such as `-b----`; `reason` is the number of why it shut down. */
export function listed(state: string, reason = '-'): string {
  return `Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID                            Reason-Code\tSecurity Label
web                                          7    16     1     ${state}       0.3 ${uuid}        ${reason}                -
`;
}

/** Of a domain that runs. */
export const running = listed('-b----');
/** Of one that was suspended. */
export const asleep = listed('---ss-', '2');
