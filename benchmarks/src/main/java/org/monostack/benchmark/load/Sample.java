package org.monostack.benchmark.load;

/**
 * What one closed loop measured.
 *
 * @param cloudCpuMillis processor time that the cloud's processes spent on one request; 0 when they
 *     are not known
 */
record Sample(
        double perSecond,
        double p50,
        double p95,
        double p99,
        double mean,
        int requests,
        int errors,
        double cloudCpuMillis) {

    static Sample of(Latencies all, double seconds, double cpuMillis) {
        return new Sample(
                (all.size() - all.errors()) / seconds,
                all.millis(0.5),
                all.millis(0.95),
                all.millis(0.99),
                all.meanMillis(),
                all.size(),
                all.errors(),
                all.size() == 0 ? 0 : cpuMillis / all.size());
    }
}
