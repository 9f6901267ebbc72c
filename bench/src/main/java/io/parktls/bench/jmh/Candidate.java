package io.parktls.bench.jmh;

import io.parktls.bench.measure.Contender;
import io.parktls.bench.measure.Sample;
import io.parktls.bench.measure.Samples;
import io.parktls.bench.measure.Table;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A contender of a {@link Comparison} and its samples. Not thread-safe. */
final class Candidate implements Contender {
    private final String title;
    private final Measurement measurement;
    private final Samples samples = new Samples();
    private final Set<String> remarks = new LinkedHashSet<>();
    private String note;

    /** @param note what the table says about it beside the figures */
    Candidate(String title, String note, Measurement measurement) {
        this.title = title;
        this.note = note;
        this.measurement = measurement;
    }

    @Override
    public String title() {
        return title;
    }

    /** Measures rounds from that one on. A failure replaces the note and is not thrown, so that the others go on. */
    void measure(int firstRound, TurnSlot slot, Setting setting) {
        try {
            List<Sample> measured = measurement.take(slot).toList();
            for (int i = 0; i < measured.size(); i++) {
                samples.add(firstRound + i, measured.get(i));
            }
        } catch (IOException | RuntimeException e) {
            setting.announce("  " + title + " failed: " + Complaint.about(e));
            note = "failed: " + Complaint.firstLine(e);
        }
    }

    /** Adds what a JVM says about its measurement to the note, unless one has said the same. */
    void remark(String text) {
        remarks.add(text);
    }

    void addTo(Table table) {
        table.add(
                title,
                samples,
                Stream.concat(Stream.of(note), remarks.stream())
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("; ")));
    }
}
