/** One thing that was measured, beside something that everybody can judge, measured in the same run. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  readonly beside?: Reference;
  /** What issue and README promise, in the figure's unit; with `ofRatio` it is about the ratio. */
  readonly mustHold?: { readonly limit: number; readonly ofRatio?: true };
}

export interface Reference {
  readonly what: string;
  readonly value: number;
  /** Where it was measured pair by pair; else value by value. */
  readonly ratio?: number;
}

export type Unit = 'ms' | 's' | 'MB' | 'kB' | '% of a core' | 'MB/s' | '/s' | '';

/** What one bench is about, and how it is taken. */
export interface Bench {
  readonly name: string;
  /** One line for the help. */
  readonly what: string;
  readonly run: (tell: (line: string) => void) => Promise<readonly Figure[]>;
}

/** How many times the reference; undefined without one. */
export function ratioOf({ value, beside }: Figure): number | undefined {
  return beside === undefined ? undefined : (beside.ratio ?? value / beside.value);
}

/** Undefined where nothing was promised. All promises are upper limits. */
export function isKept(figure: Figure): boolean | undefined {
  if (figure.mustHold === undefined) return undefined;
  const found = figure.mustHold.ofRatio === true ? ratioOf(figure) : figure.value;
  return found !== undefined && found <= figure.mustHold.limit;
}
