import { FUNCTIONS } from './functions.ts';
import type { Node, Operand, Pipeline } from './nodes.ts';
import { parseTemplate } from './parse.ts';
import { TemplateError } from './template-error.ts';

/** What every template of a rule may use. */
const GIVEN = ['', 'labels', 'externalLabels', 'externalURL', 'value'];

/** What is wrong with a template, as far as it shows without data; undefined if nothing is. */
export function checkTemplate(text: string): TemplateError | undefined {
  if (!text.includes('{{')) return undefined;
  try {
    const { body, defined } = parseTemplate(text);
    checkNodes(body, [...GIVEN]);
    for (const nodes of defined.values()) checkNodes(nodes, ['']);
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error;
  }
}

/** @param known names of the variables that can be seen; grows by what is declared */
function checkNodes(nodes: readonly Node[], known: string[]): void {
  for (const node of nodes) {
    switch (node.kind) {
      case 'print':
        checkPipeline(node.pipeline, known);
        break;
      case 'if':
      case 'with':
      case 'range': {
        const inside = [...known];
        checkPipeline(node.pipeline, inside);
        checkNodes(node.body, inside);
        checkNodes(node.otherwise, [...inside]);
        break;
      }
      case 'template':
        if (node.pipeline !== undefined) checkPipeline(node.pipeline, known);
        break;
      case 'text':
      case 'break':
      case 'continue':
        break;
    }
  }
}

function checkPipeline({ commands, variables, declares, at }: Pipeline, known: string[]): void {
  for (const { operands } of commands) for (const operand of operands) checkOperand(operand, known);
  for (const name of variables) {
    if (declares) known.push(name);
    else if (!known.includes(name)) throw undefinedVariable(name, at);
  }
}

function checkOperand(operand: Operand, known: string[]): void {
  if (operand.kind === 'pipeline') checkPipeline(operand.pipeline, known);
  if (operand.kind === 'variable' && !known.includes(operand.name))
    throw undefinedVariable(operand.name, operand.at);
  const isLogic = operand.kind === 'function' && (operand.name === 'and' || operand.name === 'or');
  if (operand.kind === 'function' && !isLogic && !FUNCTIONS.has(operand.name))
    throw new TemplateError(`function ${JSON.stringify(operand.name)} not defined`, operand.at);
}

function undefinedVariable(name: string, at: number): TemplateError {
  return new TemplateError(`undefined variable "$${name}"`, at);
}
