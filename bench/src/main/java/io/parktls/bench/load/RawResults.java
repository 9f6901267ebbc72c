package io.parktls.bench.load;

import io.parktls.bench.server.ServerKind;
import io.parktls.bench.tool.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Formats results as JSON: all figures of all rounds. */
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
                profile.servers().stream()
                        .map(server -> server(results, server))
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

    private static Map<String, Object> server(Results results, ServerKind server) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", server.toString());
        map.put("title", server.title());
        map.put("settings", server.settings());
        map.put("negotiated", results.negotiated(server));
        Map<String, Object> rows = new LinkedHashMap<>();
        for (Row row : results.profile().rows()) {
            rows.put(row.toString(), row(results, server, row));
        }
        map.put("rows", rows);
        return map;
    }

    private static Map<String, Object> row(Results results, ServerKind server, Row row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("unit", row.unit());
        List<Map<Metric, Double>> rounds = results.rounds(server, row);
        double median = results.median(server, row, row.figure());
        map.put("median", Double.isFinite(median) ? median : null);
        map.put("rounds", rounds);
        results.failure(server, row).ifPresent(reason -> map.put("failed", reason));
        return map;
    }
}
