import type { SeriesPoint } from '../../shared/domain/collection/point.ts';
import type { SeriesBatch, SeriesWriter, WriteReport } from '../../shared/ports/series.ts';

/** Keeps what is written; may refuse single services. */
export class FakeSeriesWriter implements SeriesWriter {
  readonly batches: SeriesBatch[] = [];
  readonly refuses = new Set<string>();

  readonly write = async (batch: SeriesBatch): Promise<WriteReport> => {
    if (this.refuses.has(batch.service)) throw new Error(`the store refuses ${batch.service}`);
    this.batches.push(batch);
    return { accepted: batch.points.length, rejected: 0, requests: 1 };
  };

  /** Everything written of one metric, oldest first. */
  of(name: string): SeriesPoint[] {
    return this.batches.flatMap((batch) => batch.points).filter((point) => point.name === name);
  }
}
