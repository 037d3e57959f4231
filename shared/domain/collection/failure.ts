/** Why a GET brought nothing. */
export type HttpFailure =
  | 'timeout'
  | 'too_large'
  | 'refused'
  | 'unreachable'
  | 'reset'
  | 'tls'
  | 'redirect'
  | 'encoding'
  | 'protocol'
  | 'bad_url';

/** Why a target gave no samples: the label `reason` of `homeostat_scrape_error`, so a closed list. */
export type ScrapeFailure =
  | HttpFailure
  | 'http_status'
  | 'html'
  | 'invalid_utf8'
  | 'parse'
  | 'too_many_samples'
  /** The service should have tasks, and none runs. */
  | 'no_tasks'
  /** The task runs, but has no address of its own. */
  | 'no_address'
  /** The names of the service have no records in DNS. */
  | 'no_records'
  /** The list of tasks or the names could not be read: nothing is known about the service. */
  | 'discovery';
