package io.parktls.bench.load;

import io.parktls.bench.tool.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as JSON: everything that was measured, round by round. */
final class RawResults {
    private RawResults() {}

    static String of(Results results, Map<String, String> machine, String command) {
        Profile profile = results.profile();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("command", command);
        all.put("machine", machine);
        all.put("profile", profile.name());
        all.put("rounds", profile.rounds());
        all.put("measuredMillis", profile.measured().toMillis());
        all.put(
                "contenders",
                profile.contenders().stream()
                        .map(contender -> contender(results, contender))
                        .toList());
        Map<String, Object> ciphers = new LinkedHashMap<>();
        for (Row row : profile.rows()) {
            double micros = results.bareCryptography(row);
            if (Double.isFinite(micros)) {
                ciphers.put(row.toString(), micros);
            }
        }
        all.put("bareCryptographyMicros", ciphers);
        return Json.of(all);
    }

    private static Map<String, Object> contender(Results results, Contender contender) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", contender.toString());
        map.put("title", contender.title());
        map.put("settings", contender.settings());
        map.put("negotiated", results.negotiated(contender));
        Map<String, Object> rows = new LinkedHashMap<>();
        for (Row row : results.profile().rows()) {
            rows.put(row.toString(), row(results, contender, row));
        }
        map.put("rows", rows);
        return map;
    }

    private static Map<String, Object> row(Results results, Contender contender, Row row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("unit", row.unit());
        List<Map<Metric, Double>> rounds = results.rounds(contender, row);
        double median = results.median(contender, row, row.figure());
        map.put("median", Double.isFinite(median) ? median : null);
        map.put("rounds", rounds);
        results.failure(contender, row).ifPresent(reason -> map.put("failed", reason));
        return map;
    }
}
