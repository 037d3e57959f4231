import type { Service } from './service.ts';

/** What must be ended, last first. One that fails does not keep the others from ending. */
export class Endings {
  private readonly steps: (() => void | Promise<void>)[] = [];
  private report: (error: unknown) => void = () => undefined;
  private running: Promise<void> | undefined;

  add(step: () => void | Promise<void>): void {
    this.steps.push(step);
  }

  addServices(services: readonly Service[]): void {
    for (const service of services) this.add(async () => service.stop?.());
  }

  onFailure(report: (error: unknown) => void): void {
    this.report = report;
  }

  run(): Promise<void> {
    this.running ??= this.runAll();
    return this.running;
  }

  private async runAll(): Promise<void> {
    for (const step of this.steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        this.report(error);
      }
    }
  }
}
