package io.parktls.bench.storm;

import java.time.Duration;
import java.util.List;

/**
 * The servers that are measured, and for how long.
 *
 * @param clients the number of clients that make the storm
 * @param echoes the number of established connections that echo
 * @param rounds the number of rounds
 * @param warmUp the duration of the storm with each server before the first round
 * @param calm the measured time without a storm, in each round
 * @param storm the measured time in the storm, in each round
 */
record Plan(
        List<StormServer> servers,
        int clients,
        int echoes,
        int rounds,
        Duration warmUp,
        Duration calm,
        Duration storm) {}
