/** One row of docs/assumptions.md, as far as the doctor needs it. */
export interface Assumption {
  readonly id: string;
  /** In a few words; the page says it in full. */
  readonly expected: string;
  /** Why the doctor does not try it; undefined if one of its checks does. */
  readonly notTried?: string;
}

const RESTARTS_NOTHING = 'the doctor restarts no service of yours';

/** Every assumption of docs/assumptions.md, in its order; a test holds the two together. */
export const ASSUMPTIONS: readonly Assumption[] = [
  { id: 'E1', expected: 'contributor events of PromQL alarms have the shape that intake reads' },
  {
    id: 'E2',
    expected: 'the Lambda action of a PromQL alarm names the contributor',
    notTried: 'the doctor makes no function; look at the log of homeostat-intake after a critical alarm',
  },
  { id: 'E3', expected: "a contributor's attributes are the labels of the query's result" },
  { id: 'E4', expected: 'event and reading of one transition have times of one clock' },
  { id: 'E5', expected: 'of two events the later state.timestamp is the newer' },
  { id: 'E6', expected: 'a PromQL alarm begins in OK and knows no INSUFFICIENT_DATA' },
  { id: 'E7', expected: 'DescribeAlarmContributors gives every contributor in ALARM' },
  {
    id: 'E8',
    expected: 'an alarm may be in ALARM while no contributor is named',
    notTried: 'it lasts moments, and that it was not seen once would prove nothing',
  },
  { id: 'E9', expected: 'contributors of a deleted alarm: ResourceNotFoundException' },
  {
    id: 'E10',
    expected: 'a mute rule stops no events',
    notTried: 'the doctor makes no mute rule: one that was left behind would hide alarms',
  },
  { id: 'P1', expected: "an alarm's query may have quoted label names" },
  { id: 'P2', expected: 'timestamp() gives the time of the newest sample' },
  { id: 'P3', expected: 'an instant query looks back five minutes' },
  { id: 'P4', expected: 'a sample can be queried within two scrape intervals' },
  { id: 'P5', expected: 'absent() gives one series with the labels of the equal matchers' },
  {
    id: 'P6',
    expected: 'a query returns at most 500 series',
    notTried: 'documented; more than 500 series for that would be a waste',
  },
  { id: 'P7', expected: 'labels such as le are stored as they are sent' },
  { id: 'P8', expected: 'what Prometheus 3.0 takes, CloudWatch takes' },
  {
    id: 'P9',
    expected: "a rule's `for` starts at an evaluation",
    notTried: 'from outside it cannot be told apart from the delay of the series',
  },
  {
    id: 'P10',
    expected: "a dashboard's chart takes what an alarm takes",
    notTried: 'only a person can look at a dashboard',
  },
  { id: 'S1', expected: 'a cumulative sum is a counter to rate(), resets are seen' },
  { id: 'S2', expected: '_bucket series sent as sums are a classic histogram' },
  {
    id: 'S3',
    expected: 'process_start_time_seconds is the start of the process',
    notTried: 'it is about your targets, not about AWS',
  },
  { id: 'S4', expected: 'the same points twice change nothing' },
  {
    id: 'S5',
    expected: 'a GB over OTLP is counted before compression',
    notTried: 'it stands on the bill: compare it with `homeostat cost --measure`',
  },
  { id: 'A1', expected: "a durable execution's name is used once; again it gives the same" },
  { id: 'A2', expected: 'after UpdateService the new deployment is seen', notTried: RESTARTS_NOTHING },
  { id: 'A3', expected: 'rolloutState is there for rolling deployments', notTried: RESTARTS_NOTHING },
  { id: 'A4', expected: 'a new primary deployment is the one we began', notTried: RESTARTS_NOTHING },
  { id: 'A5', expected: 'SNS takes a subject of 99 ASCII characters' },
  {
    id: 'A6',
    expected: 'a contributor has at most 150 labels of 1,024 characters',
    notTried: 'series of that size would have to be sent; what is larger is cut in any case',
  },
  {
    id: 'A7',
    expected: 'what SNS gives up on comes to the dead-letter queue',
    notTried: 'SNS tries an e-mail for six hours',
  },
  { id: 'D1', expected: 'everybody who is subscribed has confirmed' },
  { id: 'D2', expected: 'a page reaches a person' },
  { id: 'D3', expected: 'a durable execution of homeostat-recover runs to its end' },
];
