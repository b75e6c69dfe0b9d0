/** A moment in epoch milliseconds as the API tells it. */
export function toDate(moment: number | undefined): Date | null {
  return moment === undefined ? null : new Date(moment);
}
