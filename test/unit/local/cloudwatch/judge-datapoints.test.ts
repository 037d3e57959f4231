import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  evaluationRange,
  judgeDatapoints,
  type Datapoint,
  type MissingData,
} from '../../../../local/cloudwatch/judge-datapoints.ts';

/** As the CloudWatch user guide writes it: 0 ok, X breaching, - missing, newest right. */
const read = (row: string): Datapoint[] =>
  row.split(' ').map((sign) => (sign === '0' ? 'ok' : sign === 'X' ? 'breaching' : 'missing'));

const judge = (row: string, datapointsToAlarm: number, treatMissingData: MissingData) =>
  judgeDatapoints(read(row), { evaluationPeriods: 3, datapointsToAlarm, treatMissingData });

const HOW = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

describe('every published row of "Configuring how CloudWatch alarms treat missing data"', () => {
  test('the only published evaluation range is 5 for 3 periods', () => {
    expect(evaluationRange(3)).toBe(5);
  });

  test.each([
    { row: '0 - X - X', filled: 0, states: ['OK', 'OK', 'OK', 'OK'] },
    { row: '0 - - - -', filled: 2, states: ['OK', 'OK', 'OK', 'OK'] },
    { row: '- - - - -', filled: 3, states: ['INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'] },
    { row: '0 X X - X', filled: 0, states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
    { row: '- - X - -', filled: 2, states: ['ALARM', 'retain', 'ALARM', 'OK'] },
  ])('3 out of 3, $row: $states', ({ row, filled, states }) => {
    expect(HOW.map((how) => judge(row, 3, how))).toEqual(states.map((state) => ({ state, filled })));
  });

  test.each([
    { row: '0 - X - X', filled: 0, states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
    { row: '0 0 X 0 X', filled: 0, states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
    { row: '0 - X - -', filled: 1, states: ['OK', 'OK', 'ALARM', 'OK'] },
    { row: '- - - - 0', filled: 2, states: ['OK', 'OK', 'ALARM', 'OK'] },
    { row: '- - - X -', filled: 2, states: ['ALARM', 'retain', 'ALARM', 'OK'] },
  ])('2 out of 3, $row: $states', ({ row, filled, states }) => {
    expect(HOW.map((how) => judge(row, 2, how).state)).toEqual(states);
    // The guide counts what is missing among three; the fill is never more than that.
    expect(judge(row, 2, 'missing').filled).toBe(filled);
  });

  test.each(['- - - - X', '- - - X -'])('no early alarm on %s with 3 out of 3', (row) => {
    expect(judge(row, 3, 'missing').state).toBe('INSUFFICIENT_DATA');
  });
});

test('with enough real points the rule for missing data plays no part', () => {
  const point = fc.constantFrom<Datapoint>('ok', 'breaching', 'missing');
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 1, max: 3 }),
      (range, m) => {
        fc.pre(range.filter((one) => one !== 'missing').length >= 3);
        const states = HOW.map(
          (treatMissingData) =>
            judgeDatapoints(range, { evaluationPeriods: 3, datapointsToAlarm: m, treatMissingData }).state,
        );
        expect(new Set(states).size).toBe(1);
      },
    ),
  );
});
