/** Makes one thing at a time: null to whoever asks for another meanwhile. */
export function createOneAtATime() {
  let isMaking = false;
  return async <T>(make: () => Promise<T>): Promise<T | null> => {
    if (isMaking) return null;
    isMaking = true;
    try {
      return await make();
    } finally {
      isMaking = false;
    }
  };
}
