import type { Command, Node, Operand, Pipeline, Template } from './nodes.ts';
import { FUNCTIONS, FunctionError, type FunctionContext } from './functions.ts';
import { TemplateError } from './template-error.ts';
import {
  isList,
  isMap,
  isStruct,
  isTrue,
  kindOf,
  printed,
  sortedEntries,
  type TemplateValue,
} from './value.ts';

/** The longest text that is made, and the most steps that are taken: a loop in a loop over a large result ends. */
const MOST_CHARACTERS = 100_000;
const MOST_STEPS = 100_000;
/** Templates that call each other. */
const MOST_CALLS = 100;

/** Where a name is looked up: from the newest to the oldest. */
interface Variable {
  readonly name: string;
  value: TemplateValue;
}

/** How a list of nodes ended: to its end, or by `break` or `continue` of the loop around it. */
type Flow = 'next' | 'break' | 'continue';

/**
 * Fills a template in.
 *
 * @param variables what `$name` means; `dot` is what `.` means
 * @throws TemplateError
 */
export function executeTemplate(
  template: Template,
  dot: TemplateValue,
  variables: Readonly<Record<string, TemplateValue>>,
  context: FunctionContext,
): string {
  return new Execution(template, context).run(dot, variables);
}

class Execution {
  readonly #template: Template;
  readonly #context: FunctionContext;
  #variables: Variable[] = [];
  #out = '';
  #steps = 0;
  #calls = 0;

  constructor(template: Template, context: FunctionContext) {
    this.#template = template;
    this.#context = context;
  }

  run(dot: TemplateValue, variables: Readonly<Record<string, TemplateValue>>): string {
    this.#variables = [
      { name: '', value: dot },
      ...Object.entries(variables).map(([name, value]) => ({ name, value })),
    ];
    this.#nodes(this.#template.body, dot);
    return this.#out;
  }

  #nodes(nodes: readonly Node[], dot: TemplateValue): Flow {
    for (const node of nodes) {
      const flow = this.#node(node, dot);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  #node(node: Node, dot: TemplateValue): Flow {
    switch (node.kind) {
      case 'text':
        this.#write(node.text, 0);
        return 'next';
      case 'print': {
        const value = this.#pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.#write(printed(value), node.pipeline.at);
        return 'next';
      }
      case 'if':
      case 'with':
        return this.#scoped(() => {
          const value = this.#pipeline(node.pipeline, dot);
          const inner = node.kind === 'with' ? value : dot;
          return isTrue(value) ? this.#nodes(node.body, inner) : this.#nodes(node.otherwise, dot);
        });
      case 'range':
        return this.#scoped(() => this.#range(node, dot));
      case 'template':
        this.#call(node, dot);
        return 'next';
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  /** What is declared inside is unknown outside. */
  #scoped<T>(run: () => T): T {
    const known = this.#variables.length;
    const result = run();
    this.#variables.length = known;
    return result;
  }

  #range(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: TemplateValue): Flow {
    const { pipeline, body, otherwise, at } = node;
    const items = itemsOf(this.#pipeline({ ...pipeline, variables: [] }, dot), at);
    for (const [key, value] of items) {
      this.#step(at);
      const names = pipeline.variables;
      const values = names.length === 2 ? [key, value] : [value];
      const flow = this.#scoped(() => {
        for (const [index, name] of names.entries()) this.#assign(name, values[index], pipeline.declares, at);
        return this.#nodes(body, value);
      });
      if (flow === 'break') break;
    }
    return items.length === 0 ? this.#nodes(otherwise, dot) : 'next';
  }

  #call({ name, pipeline, at }: Extract<Node, { kind: 'template' }>, dot: TemplateValue): void {
    const value = pipeline === undefined ? undefined : this.#pipeline(pipeline, dot);
    const body = this.#template.defined.get(name);
    if (body === undefined) throw new TemplateError(`template ${JSON.stringify(name)} is not defined`, at);
    if (++this.#calls > MOST_CALLS) throw new TemplateError('templates call each other without end', at);
    const outside = this.#variables;
    this.#variables = [{ name: '', value }];
    this.#nodes(body, value);
    this.#variables = outside;
    this.#calls--;
  }

  #pipeline(pipeline: Pipeline, dot: TemplateValue): TemplateValue {
    this.#step(pipeline.at);
    let value: TemplateValue;
    for (const [index, command] of pipeline.commands.entries())
      value = this.#command(command, dot, index === 0 ? [] : [value]);
    const [name] = pipeline.variables;
    if (name !== undefined) this.#assign(name, value, pipeline.declares, pipeline.at);
    return value;
  }

  #assign(name: string, value: TemplateValue, declares: boolean, at: number): void {
    if (declares) {
      this.#variables.push({ name, value });
      return;
    }
    const known = this.#variables.findLast((variable) => variable.name === name);
    if (known === undefined) throw new TemplateError(`undefined variable "$${name}"`, at);
    known.value = value;
  }

  #command({ operands, at }: Command, dot: TemplateValue, piped: readonly TemplateValue[]): TemplateValue {
    const [first, ...rest] = operands;
    if (first?.kind === 'function') return this.#apply(first.name, rest, dot, piped, at);
    if (first === undefined || rest.length > 0 || piped.length > 0)
      throw new TemplateError('only a function takes arguments', at);
    return this.#operand(first, dot);
  }

  #apply(
    name: string,
    operands: readonly Operand[],
    dot: TemplateValue,
    piped: readonly TemplateValue[],
    at: number,
  ): TemplateValue {
    this.#step(at);
    if (name === 'and' || name === 'or') return this.#logic(name, operands, dot, piped);
    const called = FUNCTIONS.get(name);
    if (called === undefined) throw new TemplateError(`function ${JSON.stringify(name)} not defined`, at);
    const args = [...operands.map((operand) => this.#operand(operand, dot)), ...piped];
    try {
      return called(args, this.#context);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      throw new TemplateError(`error calling ${name}: ${error.message}`, at);
    }
  }

  /** The first value that decides, or the last one. */
  #logic(
    name: 'and' | 'or',
    operands: readonly Operand[],
    dot: TemplateValue,
    piped: readonly TemplateValue[],
  ): TemplateValue {
    let value: TemplateValue;
    for (const operand of operands) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #operand(operand: Operand, dot: TemplateValue): TemplateValue {
    switch (operand.kind) {
      case 'string':
      case 'boolean':
        return operand.value;
      case 'number':
        return operand.isFloat ? operand.value : BigInt(operand.value);
      case 'nil':
        return undefined;
      case 'function':
        return this.#apply(operand.name, [], dot, [], operand.at);
      case 'dot':
        return fieldsOf(dot, operand.fields, operand.at);
      case 'variable': {
        const known = this.#variables.findLast(({ name }) => name === operand.name);
        if (known === undefined) throw new TemplateError(`undefined variable "$${operand.name}"`, operand.at);
        return fieldsOf(known.value, operand.fields, operand.at);
      }
      case 'pipeline':
        return fieldsOf(this.#pipeline(operand.pipeline, dot), operand.fields, operand.at);
    }
  }

  #write(text: string, at: number): void {
    this.#out += text;
    if (this.#out.length > MOST_CHARACTERS)
      throw new TemplateError(`the text is longer than ${MOST_CHARACTERS} characters`, at);
  }

  #step(at: number): void {
    if (++this.#steps > MOST_STEPS) throw new TemplateError(`more than ${MOST_STEPS} steps are needed`, at);
  }
}

/** Keys and values of what a loop goes over. */
function itemsOf(value: TemplateValue, at: number): (readonly [TemplateValue, TemplateValue])[] {
  if (value === undefined) return [];
  if (isList(value)) return value.map((one, index) => [BigInt(index), one] as const);
  if (isMap(value)) return sortedEntries(value);
  if (typeof value === 'bigint')
    return Array.from(
      { length: Math.min(MOST_STEPS + 1, Number(value)) },
      (_, index) => [BigInt(index), BigInt(index)] as const,
    );
  throw new TemplateError(`range can't iterate over ${kindOf(value)}`, at);
}

/** A field of a field ... A map has an empty text for what is not in it, a struct has an error. */
function fieldsOf(value: TemplateValue, fields: readonly string[], at: number): TemplateValue {
  let inner = value;
  for (const field of fields) {
    if (isMap(inner)) inner = inner.get(field) ?? '';
    else if (isStruct(inner) && Object.hasOwn(inner.fields, field)) inner = inner.fields[field];
    else throw new TemplateError(`can't evaluate field ${field} in type ${kindOf(inner)}`, at);
  }
  return inner;
}
