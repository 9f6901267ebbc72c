package io.parktls.bench.load;

import io.parktls.bench.measure.Sample;
import io.parktls.bench.measure.Samples;
import io.parktls.bench.server.ServerKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All measured figures, and the failures. For one thread. */
final class Results {
    private final Profile profile;
    private final Map<ServerKind, Map<Row, List<Map<Metric, Double>>>> figures = new EnumMap<>(ServerKind.class);
    private final Map<ServerKind, Map<Row, String>> failures = new EnumMap<>(ServerKind.class);
    private final Map<ServerKind, String> negotiated = new EnumMap<>(ServerKind.class);
    private final Map<Row, List<Double>> bareCryptography = new EnumMap<>(Row.class);

    Results(Profile profile) {
        this.profile = profile;
    }

    Profile profile() {
        return profile;
    }

    void add(ServerKind server, Row row, Map<Metric, Double> measured) {
        figures.computeIfAbsent(server, key -> new EnumMap<>(Row.class))
                .computeIfAbsent(row, key -> new ArrayList<>())
                .add(measured);
    }

    void failed(ServerKind server, Row row, String reason) {
        failures.computeIfAbsent(server, key -> new EnumMap<>(Row.class)).putIfAbsent(row, reason);
    }

    void negotiated(ServerKind server, String parameters) {
        negotiated.put(server, parameters);
    }

    String negotiated(ServerKind server) {
        return negotiated.getOrDefault(server, "nothing");
    }

    void bareCryptography(Row row, double micros) {
        bareCryptography.computeIfAbsent(row, key -> new ArrayList<>()).add(micros);
    }

    /**
     * The microseconds that the cryptography takes without anything around it: the cipher at one end, for one operation
     * or MB, or the primitives of a handshake at the server. The median of the rounds; NaN if it was not measured.
     */
    double bareCryptography(Row row) {
        return samples(bareCryptography.getOrDefault(row, List.of())).median();
    }

    /** The reason why there is no figure, or not one from every round. */
    Optional<String> failure(ServerKind server, Row row) {
        return Optional.ofNullable(failures.getOrDefault(server, Map.of()).get(row));
    }

    boolean hasFailures() {
        return !failures.isEmpty();
    }

    /** The figures of a server in a row: a map for each round. */
    List<Map<Metric, Double>> rounds(ServerKind server, Row row) {
        return figures.getOrDefault(server, Map.of()).getOrDefault(row, List.of());
    }

    Samples samples(ServerKind server, Row row, Metric metric) {
        return samples(rounds(server, row).stream()
                .flatMap(round -> Stream.ofNullable(round.get(metric)))
                .toList());
    }

    private static Samples samples(List<Double> values) {
        Samples samples = new Samples();
        for (int i = 0; i < values.size(); i++) {
            samples.add(i, Sample.of(values.get(i)));
        }
        return samples;
    }

    /** The median of the rounds; NaN if there are no figures. */
    double median(ServerKind server, Row row, Metric metric) {
        return samples(server, row, metric).median();
    }

    /** The ratio of two servers' medians of the row's main figure; NaN if one of them has no figures. */
    double ratio(ServerKind server, ServerKind reference, Row row) {
        return median(server, row, row.figure()) / median(reference, row, row.figure());
    }
}
