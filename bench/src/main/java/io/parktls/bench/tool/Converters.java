package io.parktls.bench.tool;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsVersion;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The converters of option values. The message about a wrong value is that of the method that parses it. */
public final class Converters {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)?");

    private Converters() {}

    /** Registers the converters with a command line and the subcommands that it already has. */
    public static void register(CommandLine commandLine) {
        commandLine
                .registerConverter(TlsVersion.class, by(TlsVersion::of))
                .registerConverter(CipherSuite.class, by(CipherSuite::of))
                .registerConverter(NamedGroup.class, by(NamedGroup::of))
                .registerConverter(Engine.class, by(Engine::of))
                .registerConverter(Endpoint.class, by(Endpoint::of))
                .registerConverter(Duration.class, by(Converters::duration));
    }

    /** Parses {@code 30}, {@code 30s}, {@code 500ms}, {@code 2m} or {@code 1h}. */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a time: write 30s, 500ms, 2m or 1h");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case null, default -> Duration.ofSeconds(amount);
        };
    }

    private static <T> ITypeConverter<T> by(Function<String, T> reader) {
        return value -> {
            try {
                return reader.apply(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }
}
