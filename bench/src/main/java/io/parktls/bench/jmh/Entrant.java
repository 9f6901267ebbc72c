package io.parktls.bench.jmh;

import io.parktls.bench.figures.Samples;
import io.parktls.bench.figures.Samples.Sample;
import io.parktls.bench.figures.Table;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.List;

/** One who takes part in a comparison, and what was measured of it so far. Not thread-safe. */
final class Entrant {
    private final String label;
    private final Measurement measurement;
    private final Samples samples = new Samples();
    private String note;

    /**
     * An entrant of whom nothing is known yet.
     *
     * @param note what there is to know beside figures
     */
    Entrant(String label, String note, Measurement measurement) {
        this.label = label;
        this.note = note;
        this.measurement = measurement;
    }

    /** Measures it in rounds from that one on. A failure is its own business: the note tells of it. */
    void measure(int firstRound, Seat seat, Setting setting) {
        try {
            List<Sample> measured = measurement.take(seat).toList();
            for (int i = 0; i < measured.size(); i++) {
                samples.add(firstRound + i, measured.get(i));
            }
        } catch (IOException | RuntimeException e) {
            String reason = Complaint.about(e);
            setting.announce("  " + label + " failed: " + reason);
            note = "failed: " + reason.lines().findFirst().orElse(reason);
        }
    }

    void report(Table table) {
        table.add(label, samples, note);
    }

    @Override
    public String toString() {
        return label;
    }
}
