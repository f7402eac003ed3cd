/**
 * A question to xl, which costs a process: whoever asks at the same time shares one. Each answer was begun after it was asked for. Rejects as
 * the question does.
 */
export function sharedLook<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let present: Promise<Answer> | undefined;
  let next: Promise<Answer> | undefined;

  const begin = (): Promise<Answer> => {
    const answer = ask().finally(() => {
      if (present === answer) present = undefined;
    });
    present = answer;
    return answer;
  };
  return () => {
    if (present === undefined) return begin();
    // The one under way may have looked already.
    next ??= present
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
}
