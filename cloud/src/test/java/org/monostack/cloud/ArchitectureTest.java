package org.monostack.cloud;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The floor plan, checked: which module may know which, and what the rooms of a service may use.
 * Each rule gives its reason, which is what the build prints when the rule is broken.
 */
class ArchitectureTest {

    private static final String ROOT = "org.monostack.";
    private static final List<String> SERVICES =
            List.of("identity", "image", "placement", "network", "compute");

    private static JavaClasses classes = new ClassFileImporter().importPackages();

    @BeforeAll
    static void importClasses() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("org.monostack");
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(classes);
    }

    @Test
    void platformKnowsNoService() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "platform..")
                        .should()
                        .dependOnClassesThat(
                                describe(
                                        "belong to Monostack outside the platform",
                                        type ->
                                                type.getPackageName().startsWith(ROOT)
                                                        && !type.getPackageName()
                                                                .startsWith(ROOT + "platform")))
                        .because("every service stands on the platform, so it can stand on none"));
    }

    @Test
    void onlyTheCloudKnowsDrivers() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(ROOT + "cloud..", ROOT + "driver..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + "driver..")
                        .because(
                                "a service speaks to its spi; which driver is behind it is decided"
                                        + " in one place, the composition root"));
    }

    @Test
    void driversKnowOnlyTheSpiTheyImplement() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "driver..")
                        .should()
                        .dependOnClassesThat(
                                describe(
                                        "are inside a service but not in its spi",
                                        type ->
                                                SERVICES.stream()
                                                                .anyMatch(service ->
                                                                        inside(
                                                                                type
                                                                                        .getPackageName(),
                                                                                ROOT + service))
                                                        && !type.getPackageName().contains(".spi")))
                        .because(
                                "a driver that reaches into a service cannot be replaced by another"
                                        + " one"));
    }

    private static boolean inside(String packageName, String root) {
        return packageName.equals(root) || packageName.startsWith(root + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "image", "placement", "network", "compute"})
    void servicesMeetOnlyAtTheirRoots(String service) {
        List<String> foreignRooms = new ArrayList<>();
        for (String other : SERVICES) {
            if (!other.equals(service)) {
                foreignRooms.add(ROOT + other + ".*..");
            }
        }
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + service + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(foreignRooms.toArray(String[]::new))
                        .because(
                                "a service's rooms are its own: others call the interface in its"
                                        + " root package, so that its tables and rules can change"));
    }

    @Test
    void servicesDependInOneDirection() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "identity..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                ROOT + "image..",
                                ROOT + "placement..",
                                ROOT + "network..",
                                ROOT + "compute..")
                        .because("everybody depends on identity"));
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                ROOT + "image..", ROOT + "placement..", ROOT + "network..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + "compute..")
                        .because("compute uses images, placement and networks, never the reverse"));
    }

    @Test
    void modelsArePure() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "*.model..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.jooq..",
                                "java.sql..",
                                "java.net.http..",
                                "org.eclipse.jetty..",
                                ROOT + "platform.database..",
                                ROOT + "platform.http..",
                                ROOT + "*.store..",
                                ROOT + "*.api..",
                                ROOT + "*.operation..")
                        .because(
                                "state rules without I/O can be read and tested by themselves, and"
                                        + " every other room may use them"));
    }

    @Test
    void storesStartNothing() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "*.store..")
                        .should()
                        .dependOnClassesThat(
                                describe(
                                        "are in api or operation, or are a driver's interface",
                                        type ->
                                                type.getPackageName()
                                                                .matches(
                                                                        "org\\.monostack\\.[a-z]+\\.(api|operation).*")
                                                        || type.isInterface()
                                                                && type.getPackageName()
                                                                        .endsWith(".spi")))
                        .because(
                                "SQL that runs inside other people's transactions must not start"
                                        + " anything outside the database; the spi's values it may"
                                        + " keep"));
    }

    /**
     * Network's resources are a room of their own: Neutron's attributes are columns one to one, and
     * each kind of resource describes both at once.
     */
    @Test
    void onlyStoresTouchTables() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(ROOT + "*.api..", ROOT + "*.model..", ROOT + "*.spi..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(ROOT + "*.jooq..", "org.jooq..")
                        .because(
                                "one class per aggregate owns its table: SQL elsewhere would make a"
                                        + " second truth about it"));
    }

    @Test
    void storesDoNotKnowRequests() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "*.store..")
                        .should()
                        .dependOnClassesThat(
                                describe(
                                        "belong to a request",
                                        type ->
                                                type.getPackageName().equals(ROOT + "platform.http")
                                                        && !type.getSimpleName()
                                                                .equals("ApiException")))
                        .because(
                                "a store refuses with the error that the user will read, but does"
                                        + " not know that there is such a thing as a request"));
    }

    @Test
    void onlyThePlatformKnowsTheHttpServer() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(ROOT + "platform.http..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.eclipse.jetty..")
                        .because(
                                "the server is a choice that must stay exchangeable in one place"));
    }

    @Test
    void modulesAreCalledByTheCloudAlone() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(ROOT + "cloud..")
                        .should()
                        .dependOnClassesThat(
                                describe(
                                        "are another package's XxxModule",
                                        type ->
                                                type.getSimpleName().endsWith("Module")
                                                        && type.getPackageName()
                                                                .matches(
                                                                        "org\\.monostack\\.(identity|image|placement|network|compute)")))
                        .because("wiring happens in one place, the composition root"));
    }

    @Test
    void nobodyMocks() {
        check(
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.mockito..", "org.easymock..", "com.google.inject..")
                        .because(
                                "fakes live beside their interface, and constructors are enough to"
                                        + " wire a program of this size"));
    }

    @Test
    void roomsHaveNoCycles() {
        for (String service : SERVICES) {
            check(
                    slices().matching(ROOT + service + ".(api|store|model|spi|operation)..")
                            .should()
                            .beFreeOfCycles()
                            .because("data goes one way through a service's rooms"));
        }
    }
}
