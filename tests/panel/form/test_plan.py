"""What stands before the button, and what the button does. Runway is its stand-in."""

from playwright.sync_api import Route, expect

from tests.panel.asked import opened, prompted, with_runway
from tests.panel.house import House


class TestPlan:
    def test_follows_typing_and_asks_once(self, house: House) -> None:
        asked = opened(house)
        asked.page.locator("#prompt").press_sequentially("dusk, fog, grain", delay=15)
        asked.ready()
        assert [plan["recipe"]["prompt"] for plan in asked.all("plans")] == ["dusk, fog, grain"]

    def test_the_newest_wins(self, house: House) -> None:
        """The answer to what stood there before comes last, and is not shown."""
        asked = opened(house)
        kept: list[Route] = []

        def hold(route: Route) -> None:
            first = route.request.post_data_json["recipe"]["handles"] == 1
            kept.append(route) if first else route.continue_()

        asked.page.route("**/v1/plans", hold)
        asked.page.locator("#handles").fill("1")
        with asked.page.expect_request("**/v1/plans"):
            asked.page.locator("#prompt").fill("dusk")
        asked.page.locator("#handles").fill("2")
        asked.page.get_by_text("and 4 frames of handles").wait_for()
        kept[0].continue_()
        asked.page.wait_for_timeout(200)
        assert asked.page.get_by_text("and 2 frames of handles").count() == 0

    def test_a_free_one_starts_and_says_so(self, house: House) -> None:
        asked = prompted(house, "dusk 50%")
        asked.ready()
        assert asked.page.locator("#start").text_content() == "Start, free"
        asked.page.locator("#start").click()
        asked.page.get_by_text("It has started: see the queue.").wait_for()
        (job,) = asked.all("jobs")
        assert job["recipe"]["prompt"] == "dusk 50%"
        assert job["quote"]
        # once more is said to be once more, until something changes
        assert asked.page.locator("#start").text_content() == "Start once more, free"
        asked.page.locator("#prompt").fill("dusk 60%")
        expect(asked.page.locator("#start")).to_have_text("Start, free")

    def test_a_start_whose_answer_is_cut_off_is_done_once(self, house: House) -> None:
        asked = prompted(house, "sepia")
        before = len(house.client.jobs())
        answers: list[int] = []

        def cut(route: Route) -> None:
            if answers:
                route.continue_()
                return
            answers.append(route.fetch().status)
            route.abort("connectionreset")

        asked.page.route("**/v1/jobs", cut)
        asked.ready()
        asked.page.locator("#start").click()
        asked.page.get_by_text("It has started: see the queue.").wait_for()
        first, again = asked.all("jobs")
        assert answers == [201]
        assert first["key"] == again["key"]
        assert len(house.client.jobs()) == before + 1

    def test_a_price_that_changed_is_asked_about(self, house: House) -> None:
        """As if it had been another one when the page was shown it."""
        asked = opened(house)

        def other(route: Route) -> None:
            answer = route.fetch()
            told = answer.json() | {"quote": "another", "price": 12.5}
            route.fulfill(response=answer, json=told)

        asked.page.route("**/v1/plans", other, times=1)
        asked.page.locator("#prompt").fill("vivid")
        button = asked.page.locator("#start")
        expect(button).to_have_text("Start, for at most 12.5 credits")
        button.click()
        asked.page.get_by_text("It was 12.5 credits and is free now.").wait_for()
        expect(button).to_have_text("Start, free")
        assert len(asked.all("jobs")) == 1
        button.click()
        asked.page.get_by_text("It has started: see the queue.").wait_for()


class TestMoney:
    def test_price_and_what_leaves_stand_before_the_button(self, house: House) -> None:
        page = with_runway(house).page
        plan = page.locator("#plan")
        expect(plan.locator("dd")).to_have_text(
            [
                "56 credits at most",
                "1 shot: 24 frames, 1.0 s",
                "runway, aleph2, video_to_video",
                # two seconds are the least that the model takes
                "to runway: 48 frames of boat_0.mov, the prompt",
            ]
        )
        assert page.locator("#start").text_content() == "Start, for at most 56 credits"
        page.get_by_text("There is no preview: runway is another machine").wait_for()

    def test_a_budget_holds_and_goes_along(self, house: House) -> None:
        asked = with_runway(house)
        page = asked.page
        page.get_by_label("Budget (credits").fill("12,5")
        page.get_by_text("This may cost more than its budget of 12.5 credits.").wait_for()
        expect(page.locator("#start")).to_be_disabled()
        page.get_by_label("Budget (credits").fill("many")
        expect(page.locator("#budget-fault")).to_have_text("Credits are written 250 or 12.5.")
        page.get_by_label("Budget (credits").fill("60")
        asked.ready()
        page.locator("#start").click()
        page.get_by_text("It has started: see the queue.").wait_for()
        (job,) = asked.all("jobs")
        assert (job["budget"], job["recipe"]["engine"]) == ("60", "runway")
        (started,) = [one for one in house.client.jobs() if one.engine == "runway"]
        assert (started.price, started.budget) == (56, 60)
        house.client.cancel(started.id)

    def test_an_option_that_costs_says_so(self, house: House) -> None:
        asked = with_runway(house)
        page = asked.page
        page.locator("#options > summary").click()
        output = page.get_by_label("Output format")
        assert "prores (5 credits a second more)" in output.locator("option").all_text_contents()
        output.select_option("prores")
        page.locator("#start", has_text="66 credits").wait_for()
        assert asked.recipe()["options"] == {"outputFormat": "prores"}

    def test_an_unknown_price_is_said_and_refused(self, house: House) -> None:
        page = with_runway(house).page
        page.locator("#model").select_option("kling_4")
        assert "(price not known)" in page.locator("#model option:checked").text_content()
        page.locator(".bar .problem").first.wait_for()
        assert page.locator("#start").count() == 0
