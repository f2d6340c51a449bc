/**
 * How api and workers are run: they live in some 40 MB of heap, but V8, which sees a large machine, lets hundreds of
 * megabytes of garbage gather before it looks. With these the whole process stays below 200 MB. In containers, where the
 * memory's limit is V8's too, NODE_OPTIONS says the same.
 */
export const NODE_FLAGS = ['--max-old-space-size=192', '--max-semi-space-size=8'] as const;
