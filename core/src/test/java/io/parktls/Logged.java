package io.parktls;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Records the log events of a class, or of all classes of ParkTLS, until it is closed. */
public final class Logged implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final LoggerContext context = LoggerContext.getContext(false);
    private final String name;

    private Logged(String name, Level level, boolean traces) {
        this.name = name;
        AbstractAppender appender = new AbstractAppender("test", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
                if (traces && event.getThrown() != null) {
                    StringWriter trace = new StringWriter();
                    event.getThrown().printStackTrace(new PrintWriter(trace, true));
                    lines.add(trace.toString());
                }
            }
        };
        appender.start();
        LoggerConfig config = new LoggerConfig(name, level, false);
        config.addAppender(appender, level, null);
        context.getConfiguration().addLogger(name, config);
        context.updateLoggers();
    }

    public static Logged of(Class<?> type, Level level) {
        return new Logged(type.getName(), level, false);
    }

    /** Records everything that ParkTLS logs, stack traces included. */
    public static Logged everything() {
        return new Logged("io.parktls", Level.ALL, true);
    }

    /** Returns the level and message of each event. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        context.getConfiguration().removeLogger(name);
        context.updateLoggers();
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
