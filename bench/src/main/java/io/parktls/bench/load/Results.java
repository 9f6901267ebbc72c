package io.parktls.bench.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What was measured. For one thread. */
final class Results {
    private final Profile profile;
    private final Map<Contender, Map<Row, List<Map<Metric, Double>>>> figures = new EnumMap<>(Contender.class);
    private final Map<Contender, Map<Row, String>> failures = new EnumMap<>(Contender.class);
    private final Map<Contender, String> negotiated = new EnumMap<>(Contender.class);
    private final Map<Row, List<Double>> bareCryptography = new EnumMap<>(Row.class);

    Results(Profile profile) {
        this.profile = profile;
    }

    Profile profile() {
        return profile;
    }

    void add(Contender contender, Row row, Map<Metric, Double> measured) {
        figures.computeIfAbsent(contender, key -> new EnumMap<>(Row.class))
                .computeIfAbsent(row, key -> new ArrayList<>())
                .add(measured);
    }

    void failed(Contender contender, Row row, String reason) {
        failures.computeIfAbsent(contender, key -> new EnumMap<>(Row.class)).putIfAbsent(row, reason);
    }

    void negotiated(Contender contender, String what) {
        negotiated.put(contender, what);
    }

    String negotiated(Contender contender) {
        return negotiated.getOrDefault(contender, "nothing");
    }

    void bareCryptography(Row row, double micros) {
        bareCryptography.computeIfAbsent(row, key -> new ArrayList<>()).add(micros);
    }

    /**
     * How many microseconds the cryptography takes with nothing around it: of the cipher at one end, for one operation or MB, or
     * of a handshake's primitives at the server. The median of the rounds; NaN if it was not measured.
     */
    double bareCryptography(Row row) {
        return median(bareCryptography.getOrDefault(row, List.of()).stream());
    }

    /** Why there is no figure, or not from every round. */
    Optional<String> failure(Contender contender, Row row) {
        return Optional.ofNullable(failures.getOrDefault(contender, Map.of()).get(row));
    }

    boolean isSound() {
        return failures.isEmpty();
    }

    /** All that was measured of it, a map for each round. */
    List<Map<Metric, Double>> rounds(Contender contender, Row row) {
        return figures.getOrDefault(contender, Map.of()).getOrDefault(row, List.of());
    }

    /** The median; NaN if there is none. */
    double median(Contender contender, Row row, Metric metric) {
        return median(values(contender, row, metric));
    }

    private static double median(Stream<Double> values) {
        double[] sorted = values.sorted().mapToDouble(Double::doubleValue).toArray();
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The least and the largest; empty if there are none. */
    Optional<Range> range(Contender contender, Row row, Metric metric) {
        List<Double> all = values(contender, row, metric).toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(new Range(Collections.min(all), Collections.max(all)));
    }

    /** Within which all measurements lie. */
    record Range(double least, double most) {}

    private Stream<Double> values(Contender contender, Row row, Metric metric) {
        return rounds(contender, row).stream().flatMap(round -> Stream.ofNullable(round.get(metric)));
    }
}
