package domain

import "time"

// judged is one thing that may be true of a decision, and what a criterion then
// says of it and from which entries.
type judged struct {
	given    string
	change   func(*scene)
	then     Criterion
	why      Reason
	evidence string
}

func nothing(*scene) {}

var verdicts = []struct {
	verdict Verdict
	cases   []judged
}{
	{"pass", []judged{
		{"the question was asked in words when it was raised", nothing, "D1", "D1_stated", "raised made"},
		{"the question was asked in words when it was made", func(s *scene) { s.said = []Word{"question"} }, "D1", "D1_stated", "made"},
		{"they decided alone and the question is there", (*scene).alone, "D1", "D1_stated", "raised made"},
		{"little hangs on it and the question is there", (*scene).everyday, "D1", "D1_stated", "raised made"},

		{"their view was in words before", nothing, "D2", "D2_in_words", "raised"},
		{"their view was in words on the same day", func(s *scene) { s.raisedOn = s.on }, "D2", "D2_in_words", "raised"},
		{"their view is in words with the decision", func(s *scene) { s.said, s.raisedOn = []Word{"view"}, s.on+1 }, "D2", "D2_in_words", "made"},
		{"they chose not to say", func(s *scene) { s.raisedSay, s.raised.View = nil, "chose_not_to_say" }, "D2", "D2_chose_not_to_say", "raised"},
		{"they could not say whatever was tried", func(s *scene) { s.raisedSay, s.made.View, s.made.ViewTried = nil, "could_not_say", []Tried{"peer"} }, "D2", "D2_could_not_say", "made"},
		{"they could not say when it was made, and could before", func(s *scene) { s.made.View = "could_not_say" }, "D2", "D2_in_words", "raised"},

		{"there were two options with points, one of them no change", nothing, "D3", "D3_real", "made"},
		{"no change was impossible", func(s *scene) { s.made.Options[1].NoChange, s.made.NoChangeImpossible = NotRecorded, Yes }, "D3", "D3_real", "made"},
		{"a court decided between two options", func(s *scene) { s.made.Basis = "court" }, "D3", "D3_real", "made"},

		{"they had an interpreter", nothing, "D4", "D4_need_met", "made described"},
		{"they need no help", func(s *scene) { s.needs, s.made.NeedMet = []CommunicationNeed{"no"}, nil }, "D4", "D4_no_need", "made described"},
		{"their need was asked about on the day", func(s *scene) { s.needsFrom = s.on }, "D4", "D4_need_met", "made described"},
		{"their need ended before", func(s *scene) { s.needs, s.made.NeedMet = []CommunicationNeed{"yes", "no"}, nil }, "D4", "D4_no_need", "made described2"},
		{"their need began after", func(s *scene) {
			s.needs, s.needsFrom, s.made.NeedMet = []CommunicationNeed{"no", "yes"}, s.on, nil
		}, "D4", "D4_no_need", "made described"},
		{"a later description was silent on it", func(s *scene) { s.needs = []CommunicationNeed{"yes", ""} }, "D4", "D4_need_met", "made described"},

		{"they and a worker decided together", nothing, "D5", "D5_recorded", "made"},
		{"others decided", func(s *scene) { s.made.Actual, s.made.Deciders = "5", []Decider{"clinician"} }, "D5", "D5_recorded", "made"},
		{"they decided alone", (*scene).alone, "D5", "D5_recorded", "made"},
		{"little hangs on it", (*scene).everyday, "D5", "D5_recorded", "made"},

		{"they had the role they wanted, or nearly", nothing, "D6", "D6_had", "made"},
		{"they had a larger role than they wanted", func(s *scene) { s.made.Preferred = "4" }, "D6", "D6_had", "made"},
		{"they wanted others to decide and those heard them first", func(s *scene) { s.made.Preferred, s.made.Actual = "5", "4" }, "D6", "D6_had", "made"},
		{"they said when it was raised which role they wanted", func(s *scene) { s.made.Preferred, s.raised.Preferred = "", "3" }, "D6", "D6_had", "raised made"},
		{"the basis was left out", func(s *scene) { s.made.Basis = "" }, "D6", "D6_had", "made"},

		{"they agree", nothing, "D7", "D7_agrees", "made"},
		{"little hangs on it and they agree", (*scene).everyday, "D7", "D7_agrees", "made"},
		{"they live in Wales and agree", func(s *scene) { s.facts.Nation = "wales" }, "D7", "D7_agrees", "made"},
		{"their best interests were asked about in full", func(s *scene) { s.lawful("best_interests") }, "D7", "D7_best_interests", "made"},
		{"an attorney decided what they could not", func(s *scene) { s.lawful("attorney") }, "D7", "D7_lacks_capacity", "made"},
		{"a deputy decided what they could not", func(s *scene) { s.lawful("deputy") }, "D7", "D7_lacks_capacity", "made"},
		{"an attorney for money acted as they agreed", func(s *scene) {
			s.lawful("attorney")
			s.made.Authority = Authority{Kind: "lpa_money", LacksCapacity: No}
		}, "D7", "D7_money_agreed", "made"},
		{"an enduring attorney acted as they agreed", func(s *scene) {
			s.lawful("attorney")
			s.made.Authority = Authority{Kind: "epa"}
		}, "D7", "D7_money_agreed", "made"},
		{"the provider named its power and how to challenge it", func(s *scene) { s.lawful("provider") }, "D7", "D7_power", "made"},

		{"the attorney's authority was seen", func(s *scene) { s.lawful("attorney") }, "D8", "D8_shown", "made"},
		{"the court's order was seen before", func(s *scene) { s.lawful("court"); s.made.Authority.Seen-- }, "D8", "D8_shown", "made"},

		{"they agreed to one who took part, and the law asked for another", nothing, "D9", "D9_agreed", "made"},

		{"it was recorded the next day", nothing, "D10", "D10_in_time", "made"},
		{"it was recorded late on the second working day", func(s *scene) { s.at = time.Date(2026, 3, 5, 23, 59, 0, 0, time.UTC) }, "D10", "D10_in_time", "made"},
		{"a weekend came between", func(s *scene) { s.on, s.at = tuesday+3, time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC) }, "D10", "D10_in_time", "made"},
		{"a holiday came between", func(s *scene) {
			s.facts.Holidays, s.at = []Date{tuesday + 1}, time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)
		}, "D10", "D10_in_time", "made"},
		{"the service allows longer", func(s *scene) { s.facts.LateDays, s.at = 5, time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC) }, "D10", "D10_in_time", "made"},
		{"it was still that day where the service is", func(s *scene) {
			s.facts.Zone, s.at = "America/New_York", time.Date(2026, 3, 6, 4, 59, 0, 0, time.UTC)
		}, "D10", "D10_in_time", "made"},
		{"it was urgent and recorded the next day", func(s *scene) { s.made.Urgent = Yes }, "D10", "D10_urgent_in_time", "raised made"},
		{"they decided alone and it was recorded the next day", (*scene).alone, "D10", "D10_in_time", "made"},
		{"little hangs on it and it was recorded the next day", (*scene).everyday, "D10", "D10_in_time", "made"},

		{"the reason is there and they agree", nothing, "D11", "D11_given", "made"},
		{"the reason is there and they are unsure", func(s *scene) { s.made.Agreement = "unsure" }, "D11", "D11_given", "made"},
		{"the reason is there and so is why they disagree", func(s *scene) { s.made.Agreement, s.said = "disagrees", []Word{"disagreement", "reason"} }, "D11", "D11_disagreement_given", "made"},

		{"it was looked at again in time", nothing, "D12", "D12_in_time", "made review"},
		{"it was looked at again on the last day", func(s *scene) { s.made.ReviewBy = tuesday + 20 }, "D12", "D12_in_time", "made review"},
		{"it was taken back in time", func(s *scene) {
			s.after = []Recorded{{ID: "back", Occurred: On(tuesday + 30), Event: DecisionReversed{Decision: "raised"}}}
		}, "D12", "D12_in_time", "made back"},
		{"a review in time took it back, with a next day left behind", func(s *scene) {
			s.after = []Recorded{reviewed("review", tuesday+20, "reversed", tuesday+40)}
		}, "D12", "D12_in_time", "made review"},
		{"two reviews were in time", func(s *scene) {
			s.after = []Recorded{reviewed("review", tuesday+20, "kept", tuesday+40), reviewed("again", tuesday+40, "changed", 0)}
		}, "D12", "D12_in_time", "made review again"},
		{"the next review is not due yet", func(s *scene) {
			s.after, s.today = []Recorded{reviewed("review", tuesday+20, "kept", tuesday+40)}, tuesday+40
		}, "D12", "D12_in_time", "made review"},
		{"it was looked at, and support ended before the day", func(s *scene) { s.supports = ended(tuesday+29, "north", "moved_on") }, "D12", "D12_in_time", "made review"},
		{"it was looked at, and they died before the day", func(s *scene) { s.supports = ended(tuesday+29, "north", "died") }, "D12", "D12_in_time", "made review"},
		{"support ended before the next review", func(s *scene) {
			s.after = []Recorded{reviewed("review", tuesday+20, "kept", tuesday+40)}
			s.supports = ended(tuesday+39, "north", "moved_on")
		}, "D12", "D12_in_time", "made review"},
	}},

	{"fail", []judged{
		{"nobody wrote down what was asked", func(s *scene) { s.raisedSay = []Word{"view"} }, "D1", "D1_no_question", "raised made"},
		{"no service stands behind it", func(s *scene) { s.service = "" }, "D1", "D1_no_service", "made"},

		{"their view is nowhere", func(s *scene) { s.raisedSay = []Word{"question"} }, "D2", "D2_no_view", "raised made"},
		{"their view was never asked for", func(s *scene) { s.raised = nil }, "D2", "D2_no_view", "made"},
		{"they were asked after it was decided", func(s *scene) { s.raisedOn = s.on + 1 }, "D2", "D2_afterwards", "raised made"},
		{"they could not say, and nobody tried", func(s *scene) { s.raisedSay, s.raised.View = nil, "could_not_say" }, "D2", "D2_nothing_tried", "raised"},
		{"little hangs on it and their view is nowhere", func(s *scene) { s.everyday(); s.raisedSay = nil }, "D2", "D2_no_view", "raised made"},

		{"they had one option", func(s *scene) { s.made.Options = s.made.Options[:1] }, "D3", "D3_one_option", "made"},
		{"no options are known", func(s *scene) { s.made.Options = nil }, "D3", "D3_no_options", "made"},
		{"an option was there for show", func(s *scene) { s.made.Options = append(s.made.Options, Option{}) }, "D3", "D3_no_points", "made"},
		{"leaving things as they are was no option", func(s *scene) { s.made.Options[1].NoChange = No }, "D3", "D3_no_change_missing", "made"},

		{"they had nothing to go by", func(s *scene) { s.made.Formats = nil }, "D4", "D4_no_format", "made"},
		{"they were given nothing to go by", func(s *scene) { s.made.Formats = []Format{"none"} }, "D4", "D4_none_given", "made"},
		{"nobody asked what they need", func(s *scene) { s.needs = []CommunicationNeed{"not_asked"} }, "D4", "D4_need_not_asked", "made described"},
		{"nobody ever described them", func(s *scene) { s.needs = nil }, "D4", "D4_need_not_asked", "made"},
		{"they were asked what they need after it was decided", func(s *scene) { s.needsFrom = s.on + 1 }, "D4", "D4_need_not_asked", "made"},
		{"their need was not met", func(s *scene) { s.made.NeedMet = []NeedMet{"not_met"} }, "D4", "D4_need_not_met", "made described"},
		{"nobody knows whether their need was met", func(s *scene) { s.made.NeedMet = nil }, "D4", "D4_how_met_missing", "made described"},

		{"nobody knows who decided", func(s *scene) { s.made.Deciders = nil }, "D5", "D5_no_decider", "made"},
		{"nobody knows which role they had", func(s *scene) { s.made.Actual = "" }, "D5", "D5_no_role", "made"},

		{"they wanted to decide together, and others decided after hearing them", func(s *scene) { s.made.Preferred, s.made.Actual = "3", "4" }, "D6", "D6_others_decided", "made"},
		{"they wanted to decide together, and others decided", func(s *scene) { s.made.Preferred, s.made.Actual = "3", "5" }, "D6", "D6_others_decided", "made"},
		{"they wanted to decide, and others did", func(s *scene) { s.made.Preferred, s.made.Actual = "2", "4" }, "D6", "D6_apart", "made"},
		{"they wanted others to decide, and were left to it", func(s *scene) { s.made.Preferred, s.made.Actual = "4", "2" }, "D6", "D6_apart", "made"},
		{"they were not asked which role they wanted", func(s *scene) { s.made.Preferred = "not_asked" }, "D6", "D6_not_asked", "made"},
		{"nothing is there of the role they wanted", func(s *scene) { s.made.Preferred = "" }, "D6", "D6_not_asked", "raised made"},
		{"nothing is there of the role they had", func(s *scene) { s.made.Actual = "" }, "D6", "D6_no_role", "made"},

		{"they disagree", func(s *scene) { s.made.Agreement = "disagrees" }, "D7", "D7_disagrees", "made"},
		{"they are unsure", func(s *scene) { s.made.Agreement = "unsure" }, "D7", "D7_unsure", "made"},
		{"nobody asked whether they agree", func(s *scene) { s.made.Agreement = "" }, "D7", "D7_agreement_missing", "made"},
		{"their capacity was taken for granted", func(s *scene) { s.lawful("best_interests"); s.made.BestInterests.Assessed = 0 }, "D7", "D7_not_assessed", "made"},
		{"their capacity was assessed once it was over", func(s *scene) { s.lawful("best_interests"); s.made.BestInterests.Assessed++ }, "D7", "D7_assessed_after", "made"},
		{"nobody helped them to decide", func(s *scene) { s.lawful("best_interests"); s.made.BestInterests.Helped = nil }, "D7", "D7_no_help", "made"},
		{"nobody knows what they could not do", func(s *scene) { s.lawful("best_interests"); s.made.BestInterests.Lacking = nil }, "D7", "D7_no_ability", "made"},
		{"nobody knows why they could not", func(s *scene) { s.lawful("best_interests"); s.said = []Word{"reason"} }, "D7", "D7_why_lacking", "made"},
		{"nobody thought of their wishes", func(s *scene) { s.lawful("best_interests"); s.made.BestInterests.Wishes = No }, "D7", "D7_wishes", "made"},
		{"nobody close to them was asked", func(s *scene) { s.lawful("best_interests"); s.made.BestInterests.Consulted = NotRecorded }, "D7", "D7_consulted", "made"},
		{"nobody looked for a less restrictive way", func(s *scene) { s.lawful("best_interests"); s.made.BestInterests.LessRestrictive = No }, "D7", "D7_less_restrictive", "made"},
		{"nobody thought of waiting", func(s *scene) { s.lawful("best_interests"); s.made.BestInterests.CouldWait = NotRecorded }, "D7", "D7_could_wait", "made"},
		{"an attorney decided what they can decide", func(s *scene) { s.lawful("attorney"); s.made.Authority.LacksCapacity = No }, "D7", "D7_has_capacity", "made"},
		{"a deputy decided, and nobody asked whether they can", func(s *scene) { s.lawful("deputy"); s.made.Authority.LacksCapacity = NotRecorded }, "D7", "D7_capacity_missing", "made"},
		{"an attorney for money acted against their will", func(s *scene) {
			s.lawful("attorney")
			s.made.Authority, s.made.Agreement = Authority{Kind: "lpa_money"}, "disagrees"
		}, "D7", "D7_capacity_missing", "made"},
		{"a deputy for money decided what they can decide", func(s *scene) {
			s.lawful("deputy")
			s.made.Authority = Authority{Kind: "deputy_money", LacksCapacity: No}
		}, "D7", "D7_has_capacity", "made"},
		{"a deputy held an attorney's paper", func(s *scene) {
			s.lawful("deputy")
			s.made.Authority = Authority{Kind: "lpa_money"}
		}, "D7", "D7_capacity_missing", "made"},
		{"the provider named no power", func(s *scene) { s.lawful("provider"); s.made.Provider.Power = "" }, "D7", "D7_no_power", "made"},
		{"they were not told how to challenge the provider", func(s *scene) { s.lawful("provider"); s.made.Provider.ToldHowToChallenge = NotRecorded }, "D7", "D7_not_told", "made"},
		{"nobody knows by what right it was decided", func(s *scene) { s.made.Basis = "" }, "D7", "D7_no_basis", "made"},
		{"little hangs on it and nobody knows by what right", func(s *scene) { s.everyday(); s.made.Basis = "" }, "D7", "D7_no_basis", "made"},

		{"nobody knows by what right, and no authority is there", func(s *scene) { s.made.Basis = "" }, "D8", "D8_no_kind", "made"},
		{"nobody knows what the attorney is", func(s *scene) { s.lawful("attorney"); s.made.Authority.Kind = "" }, "D8", "D8_no_kind", "made"},
		{"the deputy's authority cannot be found", func(s *scene) { s.lawful("deputy"); s.said = []Word{"reason"} }, "D8", "D8_no_reference", "made"},
		{"nobody knows what the court's order covers", func(s *scene) { s.lawful("court"); s.made.Authority.Scope = nil }, "D8", "D8_no_scope", "made"},
		{"the advance decision is about something else", func(s *scene) {
			s.lawful("advance_decision")
			s.made.Authority.Scope = []Area{"health"}
		}, "D8", "D8_beyond_scope", "made"},
		{"nobody saw the section's papers", func(s *scene) { s.lawful("mental_health_act"); s.made.Authority.Seen = 0 }, "D8", "D8_not_seen", "made"},
		{"the papers were seen once it was over", func(s *scene) { s.lawful("attorney"); s.made.Authority.Seen++ }, "D8", "D8_seen_after", "made"},

		{"somebody was there without their agreement", func(s *scene) { s.made.TookPart = append(s.made.TookPart, Participation{Who: "landlord", Agreed: No}) }, "D9", "D9_not_agreed", "made"},
		{"nobody asked them who may be there", func(s *scene) { s.made.TookPart[0].Agreed = NotRecorded }, "D9", "D9_not_agreed", "made"},

		{"it was written down on the third working day", func(s *scene) { s.at = time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC) }, "D10", "D10_late", "made"},
		{"it was the day after where the service is", func(s *scene) {
			s.facts.Zone, s.at = "Pacific/Auckland", time.Date(2026, 3, 5, 11, 0, 0, 0, time.UTC)
		}, "D10", "D10_late", "made"},
		{"it was past midnight in a London summer", func(s *scene) {
			s.on, s.at = Day(2026, 6, 30), time.Date(2026, 7, 2, 23, 0, 0, 0, time.UTC)
		}, "D10", "D10_late", "made"},
		{"it was urgent and written down two days later", func(s *scene) {
			s.raised.Urgent, s.at = Yes, time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
		}, "D10", "D10_urgent_late", "raised made"},
		{"it was urgent, on a Friday, and written down on the Monday", func(s *scene) {
			s.made.Urgent, s.on, s.at = Yes, tuesday+3, time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
		}, "D10", "D10_urgent_late", "raised made"},

		{"nobody said why", func(s *scene) { s.said = []Word{"disagreement"} }, "D11", "D11_no_reason", "made"},
		{"nobody knows what they make of it", func(s *scene) { s.made.Agreement = "" }, "D11", "D11_no_agreement", "made"},
		{"they disagree, and nobody wrote down why", func(s *scene) { s.made.Agreement = "disagrees" }, "D11", "D11_no_disagreement", "made"},
		{"nobody knows their role, nor why it was decided", func(s *scene) { s.made.Actual, s.said = "", nil }, "D11", "D11_no_reason", "made"},

		{"no day was set", func(s *scene) { s.made.ReviewBy, s.after = 0, nil }, "D12", "D12_no_date", "made"},
		{"no day was set, and it was looked at once", func(s *scene) { s.made.ReviewBy = 0 }, "D12", "D12_no_date", "made"},
		{"the day passed", func(s *scene) { s.after, s.today = nil, tuesday+31 }, "D12", "D12_overdue", "made"},
		{"it was looked at too late", func(s *scene) { s.made.ReviewBy = tuesday + 19 }, "D12", "D12_late", "made review"},
		{"it was taken back too late", func(s *scene) {
			s.after = []Recorded{{ID: "back", Occurred: On(tuesday + 31), Event: DecisionReversed{Decision: "raised"}}}
		}, "D12", "D12_late", "made back"},
		{"nobody knows what came of looking", func(s *scene) { s.after = []Recorded{reviewed("review", tuesday+20, "", 0)} }, "D12", "D12_no_outcome", "made review"},
		{"the next day passed", func(s *scene) {
			s.after, s.today = []Recorded{reviewed("review", tuesday+20, "kept", tuesday+40)}, tuesday+41
		}, "D12", "D12_overdue", "review"},
		{"the next review was late", func(s *scene) {
			s.after = []Recorded{reviewed("review", tuesday+20, "kept", tuesday+40), reviewed("again", tuesday+41, "kept", 0)}
		}, "D12", "D12_late", "review again"},
		{"support ended on the day", func(s *scene) { s.after, s.supports = nil, ended(tuesday+30, "north", "moved_on") }, "D12", "D12_overdue", "made"},
		{"support ended and began again before the day", func(s *scene) {
			s.after, s.supports = nil, append(ended(tuesday+10, "north", "hospital"), Recorded{Position: 3, ID: "back", Service: "north", Occurred: On(tuesday + 20), Event: SupportStarted{}})
		}, "D12", "D12_overdue", "made"},
		{"another service's support ended", func(s *scene) {
			s.after, s.supports = nil, append(ended(tuesday+10, "east", "moved_on"), Recorded{Position: 3, ID: "here", Service: "north", Occurred: On(tuesday - 20), Event: SupportStarted{}})
		}, "D12", "D12_overdue", "made"},
	}},

	{"not_applicable", []judged{
		{"it has not been made", func(s *scene) { s.after = nil }, "", "not_made", "raised"},
		{"they decided alone", (*scene).alone, "D2", "made_alone", "made"},
		{"they decided alone without a basis", func(s *scene) { s.alone(); s.made.Basis = "" }, "D7", "made_alone", "made"},
		{"they decided alone and it was never looked at", func(s *scene) { s.alone(); s.after = nil }, "D12", "made_alone", "made"},
		{"they decided alone on what little hangs", func(s *scene) { s.everyday(); s.alone() }, "D2", "made_alone", "made"},
		{"little hangs on it", (*scene).everyday, "D3", "everyday", "raised made"},
		{"little hangs on it and they had a need", (*scene).everyday, "D4", "everyday", "raised made"},
		{"little hangs on it and they had a role", (*scene).everyday, "D6", "everyday", "raised made"},
		{"little hangs on it and it was not looked at", func(s *scene) { s.everyday(); s.after = nil }, "D12", "everyday", "raised made"},

		{"a court left no choice", func(s *scene) { s.lawful("court"); s.made.Options = s.made.Options[:1] }, "D3", "D3_court", "made"},
		{"a section left no choice", func(s *scene) { s.lawful("mental_health_act"); s.made.Options = s.made.Options[:1] }, "D3", "D3_mental_health_act", "made"},
		{"there was no time for a choice", func(s *scene) { s.raised.Urgent, s.made.Options = Yes, nil }, "D3", "D3_urgent", "raised made"},

		{"they chose not to say which role they want", func(s *scene) { s.made.Preferred = "chose_not_to_say" }, "D6", "D6_chose_not_to_say", "made"},
		{"a court decided", func(s *scene) { s.lawful("court"); s.made.Preferred = "not_asked" }, "D6", "D6_other_basis", "made"},

		{"they live in Scotland", func(s *scene) { s.facts.Nation, s.made.Basis = "scotland", "" }, "D7", "D7_elsewhere", "made"},
		{"they were fifteen", func(s *scene) { s.made.UnderSixteen, s.made.Agreement = Yes, "" }, "D7", "D7_under_16", "made"},
		{"a court decided what authority says", func(s *scene) { s.lawful("court") }, "D7", "D7_authority", "made"},
		{"they had decided in advance", func(s *scene) { s.lawful("advance_decision") }, "D7", "D7_authority", "made"},
		{"they were under a section", func(s *scene) { s.lawful("mental_health_act") }, "D7", "D7_authority", "made"},

		{"it rests on their consent", nothing, "D8", "D8_none_needed", "made"},
		{"it rests on their best interests", func(s *scene) { s.lawful("best_interests") }, "D8", "D8_none_needed", "made"},
		{"it rests on the provider's power", func(s *scene) { s.lawful("provider") }, "D8", "D8_none_needed", "made"},

		{"nobody else was there", func(s *scene) { s.made.TookPart = nil }, "D9", "D9_nobody", "made"},
		{"it came from another system", func(s *scene) { s.imported, s.at = "old-system", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) }, "D10", "D10_imported", "made"},
		{"they decided after hearing others", func(s *scene) { s.made.Actual, s.said = "2", nil }, "D11", "D11_own_choice", "made"},
		{"nobody else was there and they decided", func(s *scene) {
			s.made.Actual, s.made.TookPart, s.said, s.made.Agreement = "1", nil, nil, ""
		}, "D11", "D11_own_choice", "made"},

		{"the day has not passed", func(s *scene) { s.after, s.today = nil, tuesday+30 }, "D12", "D12_not_yet_due", "made"},
		{"it was looked at early, and is to be again", func(s *scene) {
			s.made.ReviewBy, s.after, s.today = 0, []Recorded{reviewed("review", tuesday+20, "kept", tuesday+40)}, tuesday+40
		}, "D12", "D12_not_yet_due", "review"},
		{"support ended before the day", func(s *scene) { s.after, s.supports = nil, ended(tuesday+29, "north", "moved_on") }, "D12", "D12_support_ended", "made ended"},
		{"support ended, and it was looked at after the day all the same", func(s *scene) {
			s.supports, s.after = ended(tuesday+9, "north", "transferred"), []Recorded{reviewed("review", tuesday+50, "kept", 0)}
		}, "D12", "D12_support_ended", "made ended"},
		{"support ended before the day, and nobody knows what came of looking", func(s *scene) {
			s.supports, s.after = ended(tuesday+29, "north", "moved_on"), []Recorded{reviewed("review", tuesday+20, "", 0)}
		}, "D12", "D12_support_ended", "made ended"},
		{"they died before the day", func(s *scene) { s.after, s.supports = nil, ended(tuesday+29, "north", "died") }, "D12", "D12_died", "made ended"},
		{"they died with another service", func(s *scene) {
			s.after, s.supports = nil, append(ended(tuesday+29, "east", "died"), Recorded{Position: 3, ID: "here", Service: "north", Occurred: On(tuesday - 20), Event: SupportStarted{}})
		}, "D12", "D12_died", "made ended"},
		{"it was closed", func(s *scene) {
			s.after = []Recorded{{ID: "closed", Occurred: On(tuesday + 5), Event: DecisionClosed{Decision: "raised", How: "overtaken"}}}
		}, "D12", "D12_closed", "made closed"},
	}},
}
