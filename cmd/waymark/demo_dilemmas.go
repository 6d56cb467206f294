package main

import (
	"time"

	"github.com/waymark/waymark/domain"
)

// A dilemma is a decision as somebody faces it, in their own words. The last of
// its options is to leave things as they are.
type dilemma struct {
	area        domain.Area
	weight      domain.Weight
	question    string
	view        string
	options     []domain.OptionWords
	reason      string
	well, wrong string // what could go well, or wrong
	after       string // what was said when it was looked at again
}

func option(what string, forIt, against []string) domain.OptionWords {
	return domain.OptionWords{Option: what, For: forIt, Against: against}
}

func dilemmas() []dilemma {
	say := func(texts ...string) []string { return texts }
	return []dilemma{
		{"home", "significant", "Where shall I live when my time here is up?", "Near the park, and not with strangers.",
			[]domain.OptionWords{option("A flat of my own", say("My own door", "Near the park"), say("Evenings alone")),
				option("A shared house", say("Company"), say("I did that before")), option("Stay on a while", say("I know it here"), say("I want to get on"))},
			"It is what I have been working towards.", "A place that is mine.", "I might go quiet and not tell anyone.", "I sleep with the window open. Good choice."},
		{"money", "everyday", "Shall I open my own account again?", "Yes, but with somebody beside me the first time.",
			[]domain.OptionWords{option("Open one with the credit union", say("Friendly", "Near"), nil), option("Leave it with my brother", say("No bother"), say("It is my money"))},
			"I want to see what I have.", "I would know where I stand.", "I could overspend at Christmas.", "Nothing went wrong and I bought shoes."},
		{"work", "significant", "Take the part-time job at the bakery?", "I want it and I am scared of the early start.",
			[]domain.OptionWords{option("Take it", say("Money", "I like bread"), say("Four in the morning")), option("Ask for two days only", say("A softer start"), say("They may say no")),
				option("Wait", nil, say("It may not come again"))},
			"Two days lets me find out.", "I could be good at it.", "I may not sleep.", "Two days became three."},
		{"health", "significant", "Change when I take my tablets?", "Mornings make me slow all day. I want them at night.",
			[]domain.OptionWords{option("At night", say("Clear mornings"), say("I may forget")), option("Half and half", say("Gentle"), say("Twice to remember")), option("Leave it", nil, say("Slow all day"))},
			"The prescriber agreed to try it for a month.", "I could work mornings.", "A few bad nights.", "My head is clear at nine."},
		{"support", "everyday", "How often shall we meet?", "Every week is too much now.",
			[]domain.OptionWords{option("Every two weeks", say("Room to breathe"), nil), option("Once a month", say("More time for choir"), say("Long when it is bad")), option("Every week, as now", say("I know where I am"), say("Too much"))},
			"Two weeks, and I can ring.", "I would find my own feet.", "I could slip and nobody sees it.", "It was the right size."},
		{"relationships", "significant", "Write to my daughter?", "I want to, and I want help with the words.",
			[]domain.OptionWords{option("Write a letter", say("She can take her time"), say("She may not answer")), option("Ask her aunt first", say("Kinder"), nil), option("Not yet", say("No hurry"), say("Years go by"))},
			"A short letter, no asking for anything.", "She may write back.", "She may not, and that will hurt.", "She sent a card with a dog on it."},
		{"activity", "everyday", "Join the choir at the library?", "Yes! But not the solos.",
			[]domain.OptionWords{option("Join", say("I love singing"), say("New people")), option("Go and listen first", say("No pressure"), nil), option("Leave it", nil, say("I would be sorry"))},
			"", "I might sing again.", "I might freeze.", "I am an alto, it turns out."},
		{"risk", "significant", "Go to my cousin's wedding in Leeds on my own?", "I am going. Help me plan the train.",
			[]domain.OptionWords{option("Go by myself", say("I want to be trusted"), say("Crowds")), option("Go with my peer worker", say("Company"), say("They would all ask")), option("Not go", nil, say("It is my cousin"))},
			"It matters to me and we planned it well.", "A day with my family.", "I may need to leave early.", "I danced. I left at ten. Perfect."},
		{"support", "significant", "Who comes with me to the assessment?", "My friend Dawn, not my mother.",
			[]domain.OptionWords{option("Dawn", say("She knows when I am pretending"), nil), option("An advocate", say("Knows the rules"), say("Does not know me")), option("Nobody", say("Private"), say("I go blank"))},
			"Dawn was there last time and it helped.", "I would say it all.", "She may be working.", "Dawn cried more than me."},
		{"money", "significant", "Agree to pay the arrears at ten pounds a week?", "I want it gone, but ten is a lot.",
			[]domain.OptionWords{option("Ten a week", say("Gone by summer"), say("Tight")), option("Five a week", say("I can eat"), say("Takes longer")), option("Dispute it", say("Some of it is wrong"), say("Letters"))},
			"Five is what I can keep up.", "It would be off my mind.", "A bad month and I am behind.", "Never missed one."},
		{"home", "everyday", "Paint my room?", "Green. Not magnolia ever again.",
			[]domain.OptionWords{option("Green", say("Calm"), nil), option("Leave it", nil, say("It is grey"))},
			"", "It would feel like mine.", "Paint on the carpet.", "Everyone wants a green room now."},
		{"ending_support", "significant", "Is it time to finish here?", "Nearly. I want a date and a way back.",
			[]domain.OptionWords{option("Finish in six weeks", say("A proper goodbye"), say("It makes it real")), option("Three more months", say("No rush"), say("I would only put it off")), option("Carry on as now", say("Safe"), say("Somebody else needs the place"))},
			"Six weeks, with a phone call after.", "Standing on my own feet.", "Winter is hard.", "I rang once, to say I was fine."},
		{"health", "everyday", "Go back to the dentist?", "Only with the kind one.",
			[]domain.OptionWords{option("Book with the kind one", say("She explains"), say("Long wait")), option("Leave it", nil, say("It hurts"))},
			"", "I could smile in photos.", "I might walk out.", "I went. Twice."},
		{"other", "everyday", "Keep a dog here?", "A small old one that nobody wants.",
			[]domain.OptionWords{option("Foster an old dog", say("A reason to go out"), say("Vets cost money")), option("Walk the neighbour's", say("All of the fun"), nil), option("No dog", nil, say("Quiet"))},
			"Walking Bramble first is a good way to find out.", "Company every day.", "Saying goodbye to it.", "Bramble waits at the gate for me."},
	}
}

// A houseMatter is a decision that everybody in a house takes together.
type houseMatter struct {
	id       string
	on       domain.Date
	question string
	options  []domain.OptionWords
	views    []string
}

func houseMatters() []houseMatter {
	return []houseMatter{
		{"rowan-house-quiet-hour", domain.Day(2025, time.February, 11), "When does quiet time begin?",
			[]domain.OptionWords{option("Ten", []string{"Early shifts"}, nil), option("Eleven, as now", []string{"Films"}, []string{"Tired people"})},
			[]string{"Ten is fine.", "Eleven at weekends.", "I do not mind.", "Earlier, please."}},
		{"rowan-house-garden", domain.Day(2025, time.November, 4), "What shall we do with the yard?",
			[]domain.OptionWords{option("Raised beds", []string{"Tomatoes", "Out of doors"}, []string{"Who waters them?"}), option("Leave it", nil, []string{"It is bins"})},
			[]string{"Tomatoes!", "I will water on Mondays.", "A bench as well.", "Somewhere to smoke."}},
	}
}
