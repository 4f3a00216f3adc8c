/** Finds changes of the plugin's schema that break programs. Additions break nothing. */

export interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly plain?: boolean;
  readonly description?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
}

interface Holder {
  readonly description?: string;
  readonly properties?: Record<string, Property>;
  readonly inputProperties?: Record<string, Property>;
  readonly required?: string[];
  readonly requiredInputs?: string[];
  readonly enum?: { readonly value: string }[];
}

export interface Schema {
  readonly resources: Record<string, Holder>;
  readonly types: Record<string, Holder>;
}

/** The changes that may break a program written for `before`, sorted. */
export function breakingChanges(before: Schema, after: Schema): string[] {
  const holders = { ...after.resources, ...after.types };
  return Object.entries({ ...before.resources, ...before.types })
    .flatMap(([token, old]) => {
      const name = token.replace(/^.*:/, "");
      const now = holders[token];
      return now ? changesOf(old, now).map((change) => `${name}.${change}`) : [`${name} is gone`];
    })
    .sort();
}

function changesOf(old: Holder, now: Holder): string[] {
  const values = now.enum?.map(({ value }) => value) ?? [];
  return [
    ...(old.enum ?? []).flatMap(({ value }) => (values.includes(value) ? [] : [`${value} is gone`])),
    ...propertyChanges(old.inputProperties ?? {}, now.inputProperties ?? {}),
    ...propertyChanges(old.properties ?? {}, now.properties ?? {}),
    ...newlyRequired(old.requiredInputs ?? [], now.requiredInputs ?? []),
    // A type's properties are arguments; a component's are outputs, of which more may be certain.
    ...(old.inputProperties ? [] : newlyRequired(old.required ?? [], now.required ?? [])),
  ];
}

function propertyChanges(old: Record<string, Property>, now: Record<string, Property>): string[] {
  return Object.entries(old).flatMap(([name, property]) => {
    const next = now[name];
    if (next === undefined) return [`${name} is gone`];
    const [was, is] = [typeOf(property), typeOf(next)];
    return was === is ? [] : [`${name} is ${is}, not ${was}`];
  });
}

function newlyRequired(old: readonly string[], now: readonly string[]): string[] {
  return now.filter((name) => !old.includes(name)).map((name) => `${name} is required`);
}

/** A property's type as a text. A value that may be an Output may also be a plain one, but not the other way round. */
function typeOf({ type, $ref, plain, items, additionalProperties }: Property): string {
  const inner = items ?? additionalProperties;
  return [...(plain ? ["plain"] : []), type ?? $ref, ...(inner ? [`of ${typeOf(inner)}`] : [])].join(" ");
}
