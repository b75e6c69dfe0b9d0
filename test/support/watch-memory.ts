/** Watches the memory of this process: `stop` tells by how many bytes it was above the beginning at most. */
export function watchMemory(): { stop: () => number } {
  const beginning = process.memoryUsage.rss();
  let most = beginning;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 5);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return most - beginning;
    },
  };
}
