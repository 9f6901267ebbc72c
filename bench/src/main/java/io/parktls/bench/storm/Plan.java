package io.parktls.bench.storm;

import java.time.Duration;
import java.util.List;

/**
 * Who is measured, and how much.
 *
 * @param clients that make the storm
 * @param echoes connections that echo meanwhile
 * @param rounds turns of each contender
 * @param warmUp of each, before the first round
 * @param calm measured in each round
 * @param storm measured in each round
 */
record Plan(
        List<Contender> contenders,
        int clients,
        int echoes,
        int rounds,
        Duration warmUp,
        Duration calm,
        Duration storm) {}
