import type { Wire } from '@telltale/answers/call-shape';

/** A refusal in the provider's own words, so that its client says it to the person instead of failing on it. */
export function providerError(wire: Wire | undefined, status: number, type: string, message: string): string {
  switch (wire) {
    case 'anthropic':
      return JSON.stringify({ type: 'error', error: { type, message } });
    case 'gemini':
      return JSON.stringify({ error: { code: status, message, status: type.toUpperCase() } });
    case 'ollama':
      return JSON.stringify({ error: message });
    case 'openai_chat':
    case 'responses':
    case undefined:
      return JSON.stringify({ error: { message, type, param: null, code: type } });
  }
}
