import { baseName, isBedrockName } from './core-name.ts';
import { canonicalProvider, isOwnMachine, providerOfName, providerOfUrl } from './provider-aliases.ts';

/** Who may have billed a call, and under which name of the model; `certain` is false when the seller was guessed. */
export type Seller = { provider: string; model: string; certain: boolean };

export type CallName = {
  provider?: string | undefined;
  /** The URL the client was pointed at, where the origin knows it. */
  base_url?: string | undefined;
  model: string;
};

/** A platform that the form of a name belongs to, whoever wrote a vendor before it. */
function sellerOfForm(model: string): { provider: string; model: string } | null {
  if (isBedrockName(model)) return { provider: 'aws', model: baseName(model) };
  if (/(?:^|\/)publishers\/[^/]+\/models\//.test(model) || model.startsWith('models/'))
    return { provider: 'google', model: baseName(model) };
  if (/@(?:20\d{6}|default|latest)$/.test(model)) return { provider: 'google', model: baseName(model) };
  // Variants that OpenRouter alone sells, some of them for nothing.
  if (/^[^/:]+\/[^/:]+:(?:free|beta|thinking|extended|nitro|floor|online|exacto)$/.test(model))
    return { provider: 'openrouter', model };
  return null;
}

/** The seller that the shape of a name tells, without any provider given. */
function sellerOfShape(model: string): { provider: string; model: string } | null {
  const vendor = /^([a-z][a-z0-9_.-]*)([/:])(?=.)/i.exec(model);
  if (vendor?.[1] !== undefined && isOwnMachine(vendor[1])) return null;
  const named = vendor?.[1] === undefined ? null : canonicalProvider(vendor[1]);
  const rest = vendor === null ? model : model.slice(vendor[0].length);
  // The list knows OpenRouter's models by vendor/model; everybody else sells them under the bare name.
  if (named === 'openrouter') return { provider: named, model: rest };
  const formed = sellerOfForm(model);
  if (formed !== null) return formed;
  if (named !== null) return sellerOfForm(rest) ?? { provider: named, model: rest };
  const byName = providerOfName(model);
  return byName === null ? null : { provider: byName, model };
}

/** Who made a model that somebody else sells: what it costs there is near what it costs here, but where it costs nothing. */
function makerOf({ provider, model }: { provider: string; model: string }): { provider: string; model: string } | null {
  if (model.endsWith(':free')) return null;
  const maker = providerOfName(baseName(model));
  return maker === null || maker === provider ? null : { provider: maker, model: baseName(model) };
}

/** Azure's data zones of Europe and the US, as LiteLLM writes them: they cost more than the world, which is what is listed. */
const isDataZone = ({ provider, model }: { provider: string; model: string }): boolean =>
  provider === 'azure' && /(?:^|\/)(?:eu|us)\//.test(model);

/**
 * The sellers to look for, best first: the host that answered, the provider that was given, the shape of the name. A
 * guess made against what was given (an unknown gateway, a model the given seller does not list) is never certain.
 */
export function resolveProvider(call: CallName): Seller[] {
  const model = call.model.trim();
  const sellers: Seller[] = [];
  const host = call.base_url === undefined ? null : providerOfUrl(call.base_url);
  const given = call.provider === undefined ? null : canonicalProvider(call.provider);
  const seller = host ?? given;
  if (call.provider !== undefined && given === null)
    sellers.push({ provider: call.provider.toLowerCase().trim(), model, certain: true });
  if (seller !== null) {
    sellers.push({ provider: seller, model, certain: true });
    const vendor = /^([^/:]+)[/:]/.exec(model)?.[1];
    const sameVendor = vendor !== undefined && canonicalProvider(vendor) === seller;
    if (baseName(model) !== model)
      sellers.push({ provider: seller, model: baseName(model), certain: seller !== 'openrouter' });
    else if (sameVendor && vendor !== undefined)
      sellers.push({ provider: seller, model: model.slice(vendor.length + 1), certain: true });
  }
  if (call.provider !== undefined && isOwnMachine(call.provider) && host === null) return sellers;
  const shape = sellerOfShape(model);
  const guessed = seller !== null || call.provider !== undefined;
  if (shape !== null && !sellers.some((s) => s.provider === shape.provider && s.model === shape.model))
    sellers.push({ ...shape, certain: !guessed });
  if (shape !== null && shape.provider !== 'anthropic' && /claude/i.test(shape.model)) {
    const bare = baseName(shape.model).replace(/^.*?(?=claude)/i, '');
    sellers.push({ provider: 'anthropic', model: bare, certain: false });
  }
  const maker = shape === null ? null : makerOf(shape);
  if (maker !== null && !sellers.some(({ provider }) => provider === maker.provider))
    sellers.push({ ...maker, certain: false });
  return sellers.map((one) => (isDataZone({ provider: one.provider, model }) ? { ...one, certain: false } : one));
}
