package io.parktls.bench.load;

import io.parktls.bench.measure.Grid;
import io.parktls.bench.measure.Sample;
import io.parktls.bench.measure.Samples;
import io.parktls.bench.measure.Table;
import io.parktls.bench.server.ServerKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How fast servers are in certain seconds of their lives, as shares of what they reach in the end. Not thread-safe. */
final class WarmUpCurve {
    /** How many seconds at the end count as full speed. Their median does. */
    static final int END = 5;

    private final Row row;
    private final List<Integer> seconds;

    /** By server, in the order in which they were measured. */
    private final Map<ServerKind, Shares> servers = new LinkedHashMap<>();

    /** The shares of one server, and its rate at full speed. */
    private static final class Shares {
        private final Map<Integer, Samples> shares = new LinkedHashMap<>();
        private final Samples full = new Samples();
    }

    /** @param seconds the seconds to show, from 1 on */
    WarmUpCurve(Row row, List<Integer> seconds) {
        this.row = row;
        this.seconds = List.copyOf(seconds);
    }

    /**
     * Adds a round.
     *
     * @param rates the rate in each second, the first one first; at least {@link #END}, and as many as the seconds to show
     */
    void add(ServerKind kind, int round, List<Double> rates) {
        Samples end = new Samples();
        for (int i = rates.size() - END; i < rates.size(); i++) {
            end.add(i, Sample.of(rates.get(i)));
        }
        double full = end.median();
        Shares shares = servers.computeIfAbsent(kind, server -> new Shares());
        shares.full.add(round, Sample.of(full));
        for (int second : seconds) {
            shares.shares
                    .computeIfAbsent(second, shown -> new Samples())
                    .add(round, Sample.of(rates.get(second - 1) / full));
        }
    }

    @Override
    public String toString() {
        Grid grid = new Grid();
        List<String> header = new ArrayList<>(List.of(row.title()));
        seconds.forEach(second -> header.addAll(List.of("second " + second, "+-")));
        header.addAll(List.of("full speed", "+-", row.unit()));
        grid.add(header);
        servers.forEach((kind, shares) -> {
            List<String> cells = new ArrayList<>(List.of(kind.title()));
            for (Samples samples : shares.shares.values()) {
                cells.addAll(List.of(Table.percent(samples.median()), Table.percent(samples.spread())));
            }
            cells.addAll(List.of(Table.number(shares.full.median()), Table.percent(shares.full.spread()), ""));
            grid.add(cells);
        });
        return grid.toString();
    }
}
